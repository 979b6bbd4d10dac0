# The guest's memory disk, $work/image.gz: busybox, SIPp, DAHDI's tools and modules, our programs in /t.

make_image() {
    step "make the image"
    local image=$work/image
    rm -rf "$image"
    mkdir -p "$image"/{bin,sbin,dev,proc,sys,tmp,etc,lib64,lib/x86_64-linux-gnu,modules,t}
    cp "$root/bin/busybox" "$image/bin/"
    local applet
    for applet in $("$root/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$image/bin/$applet"
    done
    cp "$work"/modules/*.ko "$image/modules/"
    cp "$root/usr/sbin/dahdi_cfg" "$image/sbin/"
    cp /usr/bin/sipp "$image/bin/"
    # SIPp wants to know its terminal, although it draws on none.
    mkdir -p "$image/lib/terminfo/d"
    cp /lib/terminfo/d/dumb "$image/lib/terminfo/d/"
    cp -L /lib64/ld-linux-x86-64.so.2 "$image/lib64/"
    cp "$here"/guest/* "$image/t/"
    cp "$work"/programs/* "$work"/{ss7,pri}-exchange "$image/t/"
    local program
    for program in "$image/sbin/dahdi_cfg" "$image/bin/sipp" "$image"/t/{ss7,pri}-exchange "$work"/programs/*; do
        copy_libraries "$image" "$program"
    done
    mv "$image/t/init" "$image/init"
    chmod +x "$image/init"
    (cd "$image" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/image.gz"
}

copy_libraries() { # copy_libraries IMAGE PROGRAM: what it needs, and what that needs
    local name folder
    for name in $(objdump -p "$2" | awk '/NEEDED/ { print $2 }'); do
        [ -e "$1/lib/x86_64-linux-gnu/$name" ] && continue
        for folder in "$root/usr/lib/x86_64-linux-gnu" "$root/usr/lib" /lib/x86_64-linux-gnu; do
            [ -e "$folder/$name" ] || continue
            cp -L "$folder/$name" "$1/lib/x86_64-linux-gnu/"
            copy_libraries "$1" "$folder/$name"
            break
        done
    done
}
