# The machine, bounded in time, and what it had to say: $work/console.log.

# A guest that hangs is ended after so long.
guest_seconds_max=420

boot_guest() {
    step "boot"
    # shift=1: two nanoseconds an instruction, a processor that is never late for thirty calls. sleep=off: when the guest idles, its
    # time jumps to the next timer.
    timeout "$guest_seconds_max" qemu-system-x86_64 -accel tcg -M q35 -cpu max -smp 1 -m 512 \
        -icount shift=1,sleep=off -kernel "$root/boot/vmlinuz-$kernel" -initrd "$work/image.gz" \
        -nodefaults -no-user-config -display none -serial stdio -no-reboot \
        -append "console=ttyS0 panic=-1 quiet loglevel=4" </dev/null 2>&1 | tr -d '\r' >"$work/console.log" ||
        echo "the machine was ended after $guest_seconds_max s" >>"$work/console.log"
    step "the machine is off"
}

# Counts the checks of guest/checks (PASS and FAIL lines) and the tests of our test programs.
count_results() {
    local passed failed
    passed=$(($(grep -c '^PASS ' "$work/console.log") + $(sum_of passed)))
    failed=$(($(grep -c '^FAIL ' "$work/console.log") + $(sum_of failed)))
    grep -E '^(PASS|FAIL|==|test result:|    [a-z_]+(::[a-z_]+)*$|measured:)' "$work/console.log" || true
    if ! grep -q '^== end of the checks' "$work/console.log"; then
        echo "the checks did not come to their end"
        failed=$((failed + 1))
    fi
    [ "$failed" = 0 ] || echo "see $work/console.log"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

sum_of() { # sum_of passed|failed: over the last lines of all test programs
    sed -n "s/^test result: .* \([0-9]*\) $1;.*/\1/p" "$work/console.log" | awk '{ sum += $1 } END { print sum + 0 }'
}
