# Our own programs for the guest, in $work/programs: the very binaries that run here, for kernel and C library of the guest are Debian's too.

build_programs() {
    step "build the programs"
    rm -rf "$work/programs"
    mkdir -p "$work/programs"
    build test --no-run -p hw-sim --test contract
    take contract
    build build --release -p spangate
    take spangate
    build test --no-run --release -p tests --features dahdi --test dahdi
    take dahdi
    build_exchange
}

build() { # build cargo's arguments; where it put what it built is told in $work/cargo.json
    (cd "$repository" && cargo "$@" --message-format=json-render-diagnostics >"$work/cargo.json")
}

take() { # take NAME: the executable built last, without debugging information, which would only be unpacked
    local file
    file=$(grep -o '"executable":"[^"]*"' "$work/cargo.json" | cut -d'"' -f4 | tail -1)
    strip -o "$work/programs/$1" "$file"
}

# The foreign exchange; libss7 is under the GPL, and so is this program: it stays here.
build_exchange() {
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror -I"$root/usr/include" -I"$(echo "$root"/usr/src/dahdi-2*/include)" \
        -o "$work/programs/ss7-exchange" "$repository"/tests/peers/ss7-exchange/*.c \
        "$root/usr/lib/x86_64-linux-gnu/libss7.a"
}
