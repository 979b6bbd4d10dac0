# The machine, bounded in time, and what it had to say: $work/console.log.

# A guest that hangs is ended after so long.
guest_seconds_max=240

boot_guest() {
    step "boot"
    # shift=3: eight nanoseconds an instruction. sleep=off: when the guest idles, its time jumps to the next timer.
    timeout "$guest_seconds_max" qemu-system-x86_64 -accel tcg -M q35 -cpu max -smp 1 -m 512 \
        -icount shift=3,sleep=off -kernel "$root/boot/vmlinuz-$kernel" -initrd "$work/image.gz" \
        -nodefaults -no-user-config -display none -serial stdio -no-reboot \
        -append "console=ttyS0 panic=-1 quiet loglevel=4" </dev/null 2>&1 | tr -d '\r' >"$work/console.log" ||
        echo "the machine was ended after $guest_seconds_max s" >>"$work/console.log"
    step "the machine is off"
}

# Counts the checks of guest/checks (PASS and FAIL lines) and the tests of our test programs.
count_results() {
    local passed failed
    passed=$(grep -cE '^PASS |^test .* \.\.\. ok$' "$work/console.log" || true)
    failed=$(grep -cE '^FAIL |^test .* \.\.\. FAILED$' "$work/console.log" || true)
    grep -E '^(PASS|FAIL|==|test .* \.\.\. FAILED|measured:)' "$work/console.log" || true
    if ! grep -q '^== end of the checks' "$work/console.log"; then
        echo "the checks did not come to their end"
        failed=$((failed + 1))
    fi
    [ "$failed" = 0 ] || echo "see $work/console.log"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
