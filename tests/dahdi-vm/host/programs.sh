# Our own programs for the guest, in $work/programs: the very binaries that run here, for kernel and C library of the guest are Debian's too.

build_programs() {
    step "build the gateway, its tests and what measures it"
    rm -rf "$work/programs"
    mkdir -p "$work/programs"
    # In one profile, and the gateway by itself, so that what all are made of has the features that it has elsewhere and is built once.
    local build="cargo build --release --message-format=json-render-diagnostics"
    (cd "$repository" && $build -p spangate --bin spangate && $build -p tests -p hw-sim --features tests/dahdi \
        --example delay --example tdmoe --test contract --test dahdi) >"$work/cargo.json" 2>"$work/programs.log"
    take spangate
    take delay
    take contract
    take dahdi
    # Not for the guest: the exchange outside of it.
    take tdmoe "$work"
    step "the gateway, its tests and what measures it are built"
}

take() { # take NAME [FOLDER]: the executable of that name, without debugging information, which would only be unpacked
    local file
    file=$(grep -oE '"executable":"[^"]*/'"$1"'(-[0-9a-f]+)?"' "$work/cargo.json" | cut -d'"' -f4)
    strip -o "${2:-$work/programs}/$1" "$file"
}

# The foreign exchanges; libss7 and libpri are under the GPL, and so are these programs: they stay here.
build_exchanges() {
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror -I"$root/usr/include" -I"$(echo "$root"/usr/src/dahdi-2*/include)" \
        -o "$work/ss7-exchange" "$repository"/tests/peers/ss7-exchange/*.c \
        "$root/usr/lib/x86_64-linux-gnu/libss7.a"
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror -I"$root/usr/include" -I"$(echo "$root"/usr/src/dahdi-2*/include)" \
        -o "$work/pri-exchange" "$repository"/tests/peers/pri-exchange/*.c "$repository"/tests/peers/ss7-exchange/audio.c \
        "$root/usr/lib/libpri.a"
}
