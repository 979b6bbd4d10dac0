# Our own programs for the guest, in $work/programs: all static, so that the image needs no libraries for them.

build_programs() {
    step "build the programs"
    rm -rf "$work/programs"
    mkdir -p "$work/programs"
    # A target folder of its own: other flags would make every other build of the workspace begin anew.
    build_static test --no-run -p hw-sim --test contract
    cp "$(test_binary contract)" "$work/programs/contract"
}

build_static() { # build_static cargo's arguments; what it built is told in $work/cargo.json
    (cd "$repository" && RUSTFLAGS="-C target-feature=+crt-static" \
        cargo "$@" --target x86_64-unknown-linux-gnu --target-dir "$work/target" \
        --message-format=json-render-diagnostics >"$work/cargo.json")
}

test_binary() { # test_binary NAME: the file of that test in what was built last
    grep -o "\"executable\":\"[^\"]*/$1-[^\"]*\"" "$work/cargo.json" | cut -d'"' -f4 | tail -1
}
