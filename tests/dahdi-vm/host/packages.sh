# The Debian packages: tools are installed, kernel and DAHDI are only unpacked.
#
# Sets: kernel (6.1.0-N-cloud-amd64), root (where the packages are unpacked).

# What runs here. Everything else comes from packages that are never installed.
tools=(qemu-system-x86 cpio gcc-12 gcc make libc6-dev libelf1 sip-tester)

install_tools() {
    [ "$(uname -m)" = x86_64 ] || unavailable "the machine needs an x86_64 host"
    command -v apt-get >/dev/null || unavailable "there is no apt-get"
    local missing=() tool
    for tool in "${tools[@]}"; do
        dpkg-query -W -f '${Status}' "$tool" 2>/dev/null | grep -q 'ok installed' || missing+=("$tool")
    done
    [ ${#missing[@]} -eq 0 ] && return
    step "install ${missing[*]}"
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    "${as_root[@]}" apt-get update -qq || unavailable "the package lists cannot be fetched"
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$work/install.log" 2>&1 ||
        unavailable "${missing[*]} cannot be installed (see $work/install.log)"
}

fetch_packages() {
    # What another version of this script has fetched is not what is wanted now.
    local version_of_this
    version_of_this=$(cksum <"$here/host/packages.sh")
    if [ "$(cat "$work/fetched" 2>/dev/null)" = "$version_of_this" ]; then
        kernel=$(<"$work/kernel")
        root=$work/root
        return
    fi
    kernel=$(apt-cache depends linux-headers-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: linux-headers-//p')
    [ -n "$kernel" ] || unavailable "this Debian has no linux-headers-cloud-amd64"
    root=$work/root
    step "fetch kernel $kernel and DAHDI"
    rm -rf "$root" "$work/debs" "$work/modules"
    mkdir -p "$root" "$work/debs"
    local version=${kernel%%.0-*}
    (cd "$work/debs" && apt-get download -qq \
        "linux-image-$kernel" "linux-headers-$kernel" "linux-headers-${kernel%-cloud-amd64}-common" \
        "linux-kbuild-$version" linux-compiler-gcc-12-x86 \
        dahdi-dkms dahdi libtonezone2.0 libtonezone-dev libss7-dev libpri-dev busybox-static >"$work/fetch.log" 2>&1) ||
        unavailable "the kernel's packages cannot be fetched (see $work/fetch.log)"
    step "unpack"
    local package
    for package in "$work"/debs/*.deb; do
        case $package in
            */linux-image-*) dpkg-deb --fsys-tarfile "$package" |
                tar -x -C "$root" --wildcards './boot/vmlinuz-*' '*/drivers/virtio/virtio*.ko' '*/virtio_net.ko' '*failover.ko' ;;
            *) dpkg-deb -x "$package" "$root" ;;
        esac
    done
    # The only path in the headers that says where they are installed.
    sed -i "s|^include /usr/src/|include $root/usr/src/|" "$root/usr/src/linux-headers-$kernel/Makefile"
    echo "$kernel" >"$work/kernel"
    echo "$version_of_this" >"$work/fetched"
}
