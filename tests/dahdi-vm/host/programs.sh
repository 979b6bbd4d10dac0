# Our own programs for the guest, in $work/programs: all static, so that the image needs no libraries for them.

build_programs() {
    step "build the programs"
    rm -rf "$work/programs"
    mkdir -p "$work/programs"
    # A target folder of its own: other flags would make every other build of the workspace begin anew.
    build_static test --no-run -p hw-sim --test contract
    take contract "$(test_binary contract)"
    build_static build --release -p spangate
    take spangate "$work/target/x86_64-unknown-linux-gnu/release/spangate"
    build_static test --no-run --release -p tests --features dahdi --test dahdi
    take dahdi "$(test_binary dahdi)"
    build_exchange
}

take() { # take NAME FILE: without debugging information, which would only be unpacked
    strip -o "$work/programs/$1" "$2"
}

# The foreign exchange; libss7 is under the GPL, and so is this program: it stays here.
build_exchange() {
    gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -I"$root/usr/include" -I"$(echo "$root"/usr/src/dahdi-2*/include)" \
        -o "$work/programs/ss7-exchange" "$repository"/tests/peers/ss7-exchange/*.c \
        "$root/usr/lib/x86_64-linux-gnu/libss7.a"
}

build_static() { # build_static cargo's arguments; what it built is told in $work/cargo.json
    (cd "$repository" && RUSTFLAGS="-C target-feature=+crt-static" \
        cargo "$@" --target x86_64-unknown-linux-gnu --target-dir "$work/target" \
        --message-format=json-render-diagnostics >"$work/cargo.json")
}

test_binary() { # test_binary NAME: the file of that test in what was built last
    grep -o "\"executable\":\"[^\"]*/$1-[^\"]*\"" "$work/cargo.json" | cut -d'"' -f4 | tail -1
}
