# The driver's modules for the guest's kernel, in $work/modules.
#
# dahdi_dynamic is built twice: as Debian has it, where dynamic spans refuse MTP2 channels, and with MTP2 among what their channels can be
# (dahdi_dynamic_mtp2.ko). Cards' own drivers know MTP2; only dynamic spans leave it out.

build_modules() {
    local version_of_this
    version_of_this=$(cksum <"$here/host/modules.sh")
    [ "$(cat "$work/modules/.complete" 2>/dev/null)" = "$version_of_this" ] && return
    step "build the driver"
    local source=$work/driver
    rm -rf "$source" "$work/modules"
    mkdir -p "$work/modules"
    cp -a "$root"/usr/src/dahdi-2* "$source"
    # What the driver's own build derives from its version control.
    echo '#define DAHDI_VERSION "2.11.1"' >"$source/include/dahdi/version.h"
    make_modules "$source"
    local module
    for module in "$source"/drivers/dahdi/*.ko; do
        strip -g -o "$work/modules/$(basename "$module")" "$module"
    done
    sed -i 's/->sigcap = DAHDI_SIG_EM |/->sigcap = DAHDI_SIG_MTP2 | DAHDI_SIG_EM |/' "$source/drivers/dahdi/dahdi_dynamic.c"
    grep -q DAHDI_SIG_MTP2 "$source/drivers/dahdi/dahdi_dynamic.c"
    make_modules "$source"
    strip -g -o "$work/modules/dahdi_dynamic_mtp2.ko" "$source/drivers/dahdi/dahdi_dynamic.ko"
    # The kernel's own for an Ethernet of this machine.
    find "$root/lib/modules" -name '*.ko' -exec cp {} "$work/modules/" \;
    echo "$version_of_this" >"$work/modules/.complete"
}

make_modules() { # make_modules SOURCE
    make -s -j"$(nproc)" -C "$root/usr/src/linux-headers-$kernel" M="$1/drivers/dahdi" DAHDI_INCLUDE="$1/include" \
        HOTPLUG_FIRMWARE=yes CONFIG_DAHDI=m CONFIG_DAHDI_DYNAMIC=m CONFIG_DAHDI_DYNAMIC_LOC=m CONFIG_DAHDI_DYNAMIC_ETH=m \
        CONFIG_DAHDI_ECHOCAN_MG2=m DAHDI_MODULES_EXTRA=dahdi_dummy.o modules >"$work/build.log" 2>&1 ||
        { tail -20 "$work/build.log"; exit 1; }
}
