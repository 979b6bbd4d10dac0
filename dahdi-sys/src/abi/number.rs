//! ioctl numbers in the header's order, made as `_IO`, `_IOR`, `_IOW` and `_IOWR` of `asm-generic/ioctl.h` make them: direction and size of the
//! argument, [`CODE`], number. Debian's and upstream's header give the same.

use super::{
    AttachEchoCanceller, BufferInfo, ChannelConfig, DynamicSpan, EchoCancellerParams, Gains, LineConfig, Maintenance,
    Params, SpanInfo, VersionInfo,
};

/// `DAHDI_CODE`.
pub const CODE: u32 = 0xDA;

const fn none(number: u32) -> u32 {
    CODE << 8 | number
}
const fn write<T>(number: u32) -> u32 {
    1 << 30 | (size_of::<T>() as u32) << 16 | CODE << 8 | number
}
const fn read<T>(number: u32) -> u32 {
    2 << 30 | (size_of::<T>() as u32) << 16 | CODE << 8 | number
}
const fn read_write<T>(number: u32) -> u32 {
    read::<T>(number) | write::<T>(number)
}

/// Each number and the table that tests read stand in one list.
macro_rules! numbers {
    ($($name:ident = $value:expr;)*) => {
        $(#[doc = concat!("`DAHDI_", stringify!($name), "`.")] pub const $name: u32 = $value;)*
        /// Every number with the header's name (without `DAHDI_`).
        pub const ALL: &[(&str, u32)] = &[$((stringify!($name), $name),)*];
    };
}

numbers! {
    GET_BLOCKSIZE = read::<i32>(1);
    SET_BLOCKSIZE = write::<i32>(1);
    FLUSH = write::<i32>(3);
    GET_PARAMS = read_write::<Params>(5);
    SET_PARAMS = write::<Params>(5);
    GETEVENT = read::<i32>(8);
    SPANSTAT = read_write::<SpanInfo>(10);
    MAINT = write::<Maintenance>(11);
    GETGAINS = read_write::<Gains>(16);
    SETGAINS = write::<Gains>(16);
    SPANCONFIG = write::<LineConfig>(18);
    CHANCONFIG = write::<ChannelConfig>(19);
    GET_BUFINFO = read::<BufferInfo>(27);
    SET_BUFINFO = write::<BufferInfo>(27);
    AUDIOMODE = write::<i32>(32);
    ECHOCANCEL = write::<i32>(33);
    ECHOCANCEL_PARAMS = write::<EchoCancellerParams>(33);
    CHANNO = read::<i32>(34);
    HDLCRAWMODE = write::<i32>(36);
    HDLCFCSMODE = write::<i32>(37);
    SPECIFY = write::<i32>(38);
    SETLAW = write::<i32>(39);
    TIMERCONFIG = write::<i32>(47);
    TIMERACK = write::<i32>(48);
    TIMERPING = none(52);
    TIMERPONG = none(53);
    GETVERSION = read::<VersionInfo>(57);
    ATTACH_ECHOCAN = write::<AttachEchoCanceller>(59);
    DYNAMIC_CREATE = read_write::<DynamicSpan>(80);
    DYNAMIC_DESTROY = write::<DynamicSpan>(81);
    STARTUP = write::<i32>(99);
    SHUTDOWN = write::<i32>(100);
    BUFFER_EVENTS = write::<i32>(105);
}
