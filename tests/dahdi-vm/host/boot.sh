# The machines, bounded in time, and what they had to say: $work/console.log.

# A guest that hangs is ended after so long.
guest_seconds_max=900
# The Ethernet between guest and host: UDP datagrams on loopback.
guest_port=$((20000 + $$ % 20000))
host_port=$((guest_port + 1))
# guest/tdmoe.conf
host_address=02:00:00:00:00:01

# Both at once: one has a time of its own, the other waits more than it works.
boot_guests() {
    step "boot"
    # A process group of its own, which can be ended whole.
    set -m
    far_exchange >"$work/exchange.log" 2>&1 &
    local exchange=$!
    set +m
    # sleep=on: an idle guest waits, for the other end of the Ethernet is outside of its time.
    boot tdmoe on -netdev "dgram,id=ethernet,$(datagrams local "$guest_port"),$(datagrams remote "$host_port")" \
        -device virtio-net-pci,netdev=ethernet &
    local tdmoe=$!
    # sleep=off: when the guest idles, its time jumps to the next timer.
    boot checks off -nic none
    wait "$tdmoe"
    kill -- "-$exchange" 2>/dev/null || true
    wait "$exchange" 2>/dev/null || true
    cat "$work/checks.log" "$work/tdmoe.log" >"$work/console.log"
    step "the machines are off"
}

boot() { # boot CHECKS SLEEP QEMU'S ARGUMENTS
    local checks=$1 sleep=$2 log=$work/$1.log
    shift 2
    # shift=1: two nanoseconds an instruction, a processor that is never late for thirty calls.
    timeout "$guest_seconds_max" qemu-system-x86_64 -accel tcg -M q35 -cpu max -smp 1 -m 512 \
        -icount "shift=1,sleep=$sleep" -kernel "$root/boot/vmlinuz-$kernel" -initrd "$work/image.gz" \
        -nodefaults -no-user-config -display none -serial stdio -no-reboot "$@" \
        -append "console=ttyS0 panic=-1 quiet loglevel=4 checks=$checks" </dev/null 2>&1 | tr -d '\r' >"$log" ||
        echo "the machine was ended after $guest_seconds_max s" >>"$log"
    step "$checks: off"
}

datagrams() { # datagrams local|remote PORT
    echo "$1.type=inet,$1.host=127.0.0.1,$1.port=$2"
}

# The far end of the span over Ethernet: calls first, then is called.
far_exchange() {
    local peer=("$work/tdmoe" udp "127.0.0.1:$host_port" "127.0.0.1:$guest_port" "$host_address")
    local verdict=FAIL
    "${peer[@]}" 700 && verdict=PASS
    echo "$verdict the call of the exchange on the host is answered, and its pattern comes back"
    # Its input does not end; it is ended with the machine.
    [ -p "$work/endless" ] || mkfifo "$work/endless"
    exec "${peer[@]}" <>"$work/endless"
}

# Counts the checks (PASS and FAIL lines) and the tests of our test programs.
count_results() {
    local passed failed name lines='^(PASS|FAIL|==|test result:|    [a-z_]+(::[a-z_]+)*$|measured:)'
    sed -n '/^PASS\|^FAIL/p; s/^CallOutcome/measured: &/p' "$work/exchange.log" >>"$work/console.log" || true
    passed=$(($(grep -c '^PASS ' "$work/console.log") + $(sum_of passed)))
    failed=$(($(grep -c '^FAIL ' "$work/console.log") + $(sum_of failed)))
    grep -E "$lines" "$work/console.log" || true
    if [ "$(grep -c '^== end of the checks' "$work/console.log")" != 2 ]; then
        echo "the checks did not come to their end"
        failed=$((failed + 1))
    fi
    for name in $(sed -n 's/^to run: //p' "$work/console.log"); do
        grep -q "^test $name \.\.\. " "$work/console.log" && continue
        echo "FAIL $name has not run"
        failed=$((failed + 1))
    done
    [ "$failed" = 0 ] || echo "see $work/console.log"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

sum_of() { # sum_of passed|failed: over the last lines of all test programs
    sed -n "s/^test result: .* \([0-9]*\) $1;.*/\1/p" "$work/console.log" | awk '{ sum += $1 } END { print sum + 0 }'
}
