# Our own programs for the guest, in $work/programs: the very binaries that run here, for kernel and C library of the guest are Debian's too.

build_programs() {
    step "build the gateway and what measures it"
    rm -rf "$work/programs"
    mkdir -p "$work/programs"
    # Together, so that what both are made of is built once.
    build build --release -p spangate -p tests -p hw-sim --bin spangate --example delay --example tdmoe
    take spangate
    take delay
    # Not for the guest: the exchange outside of it.
    take tdmoe "$work"
    step "build the tests"
    build test --no-run -p hw-sim -p tests --features tests/dahdi --test contract --test dahdi
    take contract
    take dahdi
    build_exchange
}

build() { # build cargo's arguments; where it put what it built is told in $work/cargo.json
    (cd "$repository" && cargo "$@" --message-format=json-render-diagnostics >"$work/cargo.json")
}

take() { # take NAME [FOLDER]: the executable of that name, without debugging information, which would only be unpacked
    local file
    file=$(grep -oE '"executable":"[^"]*/'"$1"'(-[0-9a-f]+)?"' "$work/cargo.json" | cut -d'"' -f4)
    strip -o "${2:-$work/programs}/$1" "$file"
}

# The foreign exchange; libss7 is under the GPL, and so is this program: it stays here.
build_exchange() {
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror -I"$root/usr/include" -I"$(echo "$root"/usr/src/dahdi-2*/include)" \
        -o "$work/programs/ss7-exchange" "$repository"/tests/peers/ss7-exchange/*.c \
        "$root/usr/lib/x86_64-linux-gnu/libss7.a"
}
