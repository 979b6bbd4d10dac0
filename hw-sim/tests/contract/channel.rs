//! Facts of clear channels, and of opening and buffers in general.

use dahdi_sys::abi::{AttachEchoCanceller, BufferPolicy, EchoCancellerSettings, Flush, Gains, Params, Text};
use dahdi_sys::{BearerChannel, Device, Errno, Event, Law, Node, Request, Step};

use super::bench::*;

pub fn a_channel_opened_twice_is_busy(bench: &Bench<'_>) {
    let _first = bench.open(CLEAR);
    assert_eq!(bench.open_error(Node::Channel(CLEAR)), Errno::EBUSY);
}

pub fn a_channel_can_be_opened_again_after_it_is_closed(bench: &Bench<'_>) {
    drop(bench.open(CLEAR));
    bench.open(CLEAR);
}

pub fn a_channel_that_is_not_configured_is_not_there(bench: &Bench<'_>) {
    assert_eq!(bench.open_error(Node::Channel(UNCONFIGURED)), Errno::ENXIO);
}

pub fn a_channel_number_that_no_span_has_is_refused(bench: &Bench<'_>) {
    assert_eq!(bench.open_error(Node::Channel(ABSENT)), Errno::EINVAL);
}

pub fn opening_begins_with_two_buffers_of_1024_octets(bench: &Bench<'_>) {
    let first = bench.open(CLEAR);
    set_buffers(&*first, 8, 160, BufferPolicy::WHEN_FULL).unwrap();
    drop(first);
    let info = buffers(&*bench.open(CLEAR));
    assert_eq!((info.numbufs, info.bufsize, info.txbufpolicy), (2, 1024, BufferPolicy::IMMEDIATE));
    assert_eq!((info.readbufs, info.writebufs), (-1, -1), "the driver does not count them");
}

pub fn a_buffer_has_16_to_8192_octets(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    for (size, answer) in
        [(8, Err(Errno::EINVAL)), (15, Err(Errno::EINVAL)), (16, Ok(())), (8192, Ok(())), (8193, Err(Errno::EINVAL))]
    {
        assert_eq!(set_buffers(&*device, 2, size, BufferPolicy::IMMEDIATE), answer, "{size}");
        assert_eq!(device.ioctl(Request::SetBlockSize(size)), answer, "{size}");
    }
    let mut size = 0;
    device.ioctl(Request::GetBlockSize(&mut size)).unwrap();
    assert_eq!(size, 8192);
}

pub fn all_buffers_of_a_direction_have_at_most_32768_octets(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    assert_eq!(set_buffers(&*device, 32, 1024, BufferPolicy::IMMEDIATE), Ok(()));
    assert_eq!(set_buffers(&*device, 32, 1025, BufferPolicy::IMMEDIATE), Err(Errno::EINVAL));
}

pub fn a_buffer_count_out_of_bounds_is_bent_to_2_and_32(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    for (asked, given) in [(0, 2), (1, 2), (5, 5), (32, 32), (100, 32)] {
        set_buffers(&*device, asked, 16, BufferPolicy::IMMEDIATE).unwrap();
        assert_eq!(buffers(&*device).numbufs, given);
    }
}

pub fn reading_before_a_block_is_full_says_again(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    set_buffers(&*device, 4, 1024, BufferPolicy::IMMEDIATE).unwrap();
    assert_eq!(device.read(&mut [0; 1024]), Err(Errno::EAGAIN));
    (bench.advance)(100);
    assert_eq!(device.read(&mut [0; 1024]), Err(Errno::EAGAIN), "800 octets are no block");
    (bench.advance)(40);
    assert_eq!(device.read(&mut [0; 1024]), Ok(1024));
}

pub fn a_read_shorter_than_the_block_loses_the_rest(bench: &Bench<'_>) {
    let (near, far) = (bench.open_with(CLEAR, 8, 160), bench.open_with(CLEAR_FAR, 8, 160));
    near.write(&pattern(160)).unwrap();
    (bench.advance)(60);
    let mut seen = Vec::new();
    let mut buffer = [0; 100];
    while let Ok(length) = far.read(&mut buffer) {
        assert_eq!(length, 100);
        seen.extend_from_slice(&buffer);
    }
    assert!(!contains(&seen, &pattern(160)[40..140]), "the octets across the cut never arrive together");
}

pub fn a_write_longer_than_the_block_takes_one_block(bench: &Bench<'_>) {
    let device = bench.open_with(CLEAR, 8, 160);
    assert_eq!(device.write(&pattern(400)), Ok(160));
}

pub fn writing_when_all_buffers_are_full_says_again(bench: &Bench<'_>) {
    let device = bench.open_with(CLEAR, 4, 1024);
    for _ in 0..4 {
        assert_eq!(device.write(&[0; 1024]), Ok(1024));
    }
    assert_eq!(device.write(&[0; 1024]), Err(Errno::EAGAIN));
    (bench.advance)(140);
    assert_eq!(device.write(&[0; 1024]), Ok(1024), "one has left");
}

pub fn empty_reads_and_writes_are_refused(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    assert_eq!(device.read(&mut []), Err(Errno::EINVAL));
    assert_eq!(device.write(&[]), Err(Errno::EINVAL));
}

fn idle_octets(bench: &Bench<'_>, prepare: impl FnOnce(&dyn Device)) -> Vec<u8> {
    let (near, far) = (bench.open_with(CLEAR, 4, 160), bench.open_with(CLEAR_FAR, 4, 160));
    prepare(&*near);
    (bench.advance)(30);
    far.ioctl(Request::Flush(Flush::ALL)).unwrap();
    (bench.advance)(30);
    let mut octets = read_octets(&*far);
    octets.dedup();
    octets
}

pub fn a_clear_channel_idles_with_ones_and_in_audio_mode_with_silence(bench: &Bench<'_>) {
    assert_eq!(idle_octets(bench, |_| {}), [0xff]);
    assert_eq!(idle_octets(bench, |near| near.ioctl(Request::AudioMode(true)).unwrap()), [0xd5]);
}

pub fn a_mu_law_channel_idles_with_negative_zero(bench: &Bench<'_>) {
    let octets = idle_octets(bench, |near| {
        near.ioctl(Request::AudioMode(true)).unwrap();
        near.ioctl(Request::SetLaw(Law::MU_LAW)).unwrap();
    });
    assert_eq!(octets, [0x7f]);
}

pub fn octets_pass_unchanged_both_ways(bench: &Bench<'_>) {
    for audio in [false, true] {
        let (near, far) = (bench.open_with(CLEAR, 8, 160), bench.open_with(CLEAR_FAR, 8, 160));
        near.ioctl(Request::AudioMode(audio)).unwrap();
        far.ioctl(Request::AudioMode(audio)).unwrap();
        let (there, back) = (pattern(1280), pattern(1300).split_off(20));
        for (block, answer) in there.chunks(160).zip(back.chunks(160)) {
            near.write(block).unwrap();
            far.write(answer).unwrap();
        }
        let (mut at_far, mut at_near) = (Vec::new(), Vec::new());
        for _ in 0..22 {
            (bench.advance)(10);
            at_far.extend(read_octets(&*far));
            at_near.extend(read_octets(&*near));
        }
        assert!(contains(&at_far, &there) && contains(&at_near, &back), "audio {audio}");
    }
}

pub fn audio_mode_is_for_clear_channels_only(bench: &Bench<'_>) {
    assert_eq!(bench.open(CLEAR).ioctl(Request::AudioMode(true)), Ok(()));
    assert_eq!(bench.open(HDLC).ioctl(Request::AudioMode(true)), Err(Errno::EINVAL));
    assert_eq!(bench.open(MTP2).ioctl(Request::AudioMode(false)), Err(Errno::EINVAL));
}

pub fn hdlc_modes_are_for_clear_channels_only(bench: &Bench<'_>) {
    assert_eq!(bench.open(CLEAR).ioctl(Request::HdlcFcsMode(true)), Ok(()));
    assert_eq!(bench.open(CLEAR).ioctl(Request::HdlcRawMode(true)), Ok(()));
    assert_eq!(bench.open(HDLC).ioctl(Request::HdlcFcsMode(true)), Err(Errno::EINVAL));
    assert_eq!(bench.open(MTP2).ioctl(Request::HdlcRawMode(true)), Err(Errno::EINVAL));
}

fn law(device: &dyn Device) -> Law {
    let mut params = Params::default();
    device.ioctl(Request::GetParams(&mut params)).unwrap();
    params.curlaw
}

pub fn a_law_that_does_not_exist_is_refused(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    device.ioctl(Request::AudioMode(true)).unwrap();
    assert_eq!(device.ioctl(Request::SetLaw(Law(3))), Err(Errno::EINVAL));
    assert_eq!(device.ioctl(Request::SetLaw(Law(-1))), Err(Errno::EINVAL));
}

pub fn a_law_that_was_set_ends_with_closing(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    device.ioctl(Request::AudioMode(true)).unwrap();
    device.ioctl(Request::SetLaw(Law::MU_LAW)).unwrap();
    assert_eq!(law(&*device), Law::MU_LAW);
    drop(device);
    assert_eq!(law(&*bench.open(CLEAR)), Law::A_LAW);
}

pub fn flushing_forgets_what_was_received_and_what_was_to_be_sent(bench: &Bench<'_>) {
    let (near, far) = (bench.open_with(CLEAR, 8, 160), bench.open_with(CLEAR_FAR, 8, 160));
    (bench.advance)(50);
    far.ioctl(Request::Flush(Flush::READ)).unwrap();
    assert_eq!(far.read(&mut [0; 160]), Err(Errno::EAGAIN));
    for _ in 0..8 {
        near.write(&[0x55; 160]).unwrap();
    }
    near.ioctl(Request::Flush(Flush::WRITE)).unwrap();
    (bench.advance)(25);
    let octets = read_octets(&*far);
    assert!(octets.iter().filter(|octet| **octet == 0x55).count() < 160, "at most what had left already");
    assert_eq!(near.write(&[0x55; 160]), Ok(160), "the buffers are free");
}

pub fn a_late_reader_loses_octets_silently(bench: &Bench<'_>) {
    let device = bench.open_with(CLEAR, 2, 160);
    (bench.advance)(200);
    assert_eq!(event(&*device), 0);
    assert_eq!(read_octets(&*device).len(), 320);
}

pub fn a_late_reader_who_asked_for_buffer_events_gets_one_and_elast_until_it_is_taken(bench: &Bench<'_>) {
    let device = bench.open_with(CLEAR, 2, 160);
    device.ioctl(Request::BufferEvents(true)).unwrap();
    (bench.advance)(200);
    assert_eq!(device.read(&mut [0; 160]), Err(Errno::ELAST));
    assert_eq!(device.write(&[0; 160]), Err(Errno::ELAST));
    assert_eq!(event(&*device), Event::ReadOverrun.number(), "one for the whole run of lost octets");
    assert_eq!(event(&*device), 0);
    assert_eq!(device.read(&mut [0; 160]), Ok(160));
    device.ioctl(Request::BufferEvents(false)).unwrap();
}

pub fn a_writer_who_asked_for_buffer_events_hears_of_its_underrun(bench: &Bench<'_>) {
    let device = bench.open_with(CLEAR, 32, 160);
    for _ in 0..4 {
        device.write(&[1; 160]).unwrap();
    }
    device.ioctl(Request::BufferEvents(true)).unwrap();
    (bench.advance)(30);
    assert_eq!(event(&*device), 0);
    (bench.advance)(100);
    assert_eq!(event(&*device), Event::WriteUnderrun.number());
    device.ioctl(Request::BufferEvents(false)).unwrap();
}

pub fn buffer_events_outlive_the_opener_who_asked_for_them(bench: &Bench<'_>) {
    bench.open(CLEAR).ioctl(Request::BufferEvents(true)).unwrap();
    let device = bench.open_with(CLEAR, 2, 160);
    (bench.advance)(200);
    assert_eq!(event(&*device), Event::ReadOverrun.number());
    device.ioctl(Request::BufferEvents(false)).unwrap();
}

pub fn a_bearer_begins_without_buffer_events(bench: &Bench<'_>) {
    bench.open(CLEAR).ioctl(Request::BufferEvents(true)).unwrap();
    let bearer = BearerChannel::open(bench.kernel, CLEAR, Law::A_LAW, 40, 8).unwrap();
    (bench.advance)(100);
    assert_eq!(bearer.next_event(), Ok(None));
}

fn sent_after_writing(bench: &Bench<'_>, policy: BufferPolicy, written: usize) -> bool {
    let (near, far) = (bench.open_with(CLEAR, 8, 160), bench.open_with(CLEAR_FAR, 32, 160));
    set_buffers(&*near, 8, 160, policy).unwrap();
    for _ in 0..written {
        near.write(&[0x33; 160]).unwrap();
    }
    (bench.advance)(60);
    read_octets(&*far).contains(&0x33)
}

pub fn when_full_sends_nothing_until_all_buffers_are_written(bench: &Bench<'_>) {
    assert!(!sent_after_writing(bench, BufferPolicy::WHEN_FULL, 7));
    assert!(sent_after_writing(bench, BufferPolicy::WHEN_FULL, 8));
    assert!(sent_after_writing(bench, BufferPolicy::IMMEDIATE, 1));
}

pub fn half_full_sends_nothing_until_half_of_the_buffers_are_written(bench: &Bench<'_>) {
    assert!(!sent_after_writing(bench, BufferPolicy::HALF_FULL, 3));
    assert!(sent_after_writing(bench, BufferPolicy::HALF_FULL, 4));
}

pub fn echo_cancelling_is_for_audio_only(bench: &Bench<'_>) {
    let device = bench.open(CLEAR);
    assert_eq!(device.ioctl(Request::EchoCancel(128)), Err(Errno::EINVAL));
    device.ioctl(Request::AudioMode(true)).unwrap();
    assert_eq!(device.ioctl(Request::EchoCancel(128)), Ok(()));
    assert_eq!(device.ioctl(Request::EchoCancel(0)), Ok(()));
}

pub fn a_bearer_is_opened_with_its_blocks(bench: &Bench<'_>) {
    let bearer = BearerChannel::open(bench.kernel, CLEAR, Law::A_LAW, 40, 8).unwrap();
    (bench.advance)(20);
    assert_eq!(bearer.read(&mut [0; 40]), Ok(40));
    assert_eq!(bearer.write(&[0; 40]), Ok(40));
    assert_eq!(bearer.next_event(), Ok(None));
    let busy = BearerChannel::open(bench.kernel, CLEAR, Law::A_LAW, 40, 8).err().unwrap();
    assert_eq!((busy.step, busy.errno), (Step::Open, Errno::EBUSY));
    let other = BearerChannel::open(bench.kernel, MTP2, Law::A_LAW, 40, 8).err().unwrap();
    assert_eq!((other.step, other.errno), (Step::AudioMode, Errno::EINVAL));
    drop(bearer);
    let small = BearerChannel::open(bench.kernel, CLEAR, Law::A_LAW, 8, 8).err().unwrap();
    assert_eq!((small.step, small.errno), (Step::Buffers, Errno::EINVAL));
}

pub fn requests_of_the_control_device_are_unknown_to_a_channel(bench: &Bench<'_>) {
    assert_eq!(bench.open(CLEAR).ioctl(Request::TimerConfig(8)), Err(Errno::ENOTTY));
}

pub fn gains_are_for_audio_only_and_change_octets_both_ways_until_closing(bench: &Bench<'_>) {
    let (near, far) = (bench.open_with(CLEAR, 8, 160), bench.open_with(CLEAR_FAR, 8, 160));
    let mut gains = Gains::unity(0);
    assert_eq!(near.ioctl(Request::GetGains(&mut gains)), Err(Errno::EINVAL));
    assert_eq!(near.ioctl(Request::SetGains(&mut gains)), Err(Errno::EINVAL));
    for device in [&near, &far] {
        device.ioctl(Request::AudioMode(true)).unwrap();
    }
    near.ioctl(Request::GetGains(&mut gains)).unwrap();
    assert_eq!(gains, Gains::unity(CLEAR as i32));
    (gains.chan, gains.txgain, gains.rxgain) = (0, [0x11; 256], [0x22; 256]);
    near.ioctl(Request::SetGains(&mut gains)).unwrap();
    assert_eq!(gains.chan, CLEAR as i32, "the driver fills it in");
    (bench.advance)(60);
    read_all(&*near);
    read_all(&*far);
    (bench.advance)(60);
    assert!(read_octets(&*far).iter().all(|octet| *octet == 0x11), "what near sends, silence too");
    assert!(read_octets(&*near).iter().all(|octet| *octet == 0x22), "what near receives");
    drop(near);
    let near = bench.open(CLEAR);
    near.ioctl(Request::AudioMode(true)).unwrap();
    bench.ctl().ioctl(Request::GetGains(&mut gains)).unwrap();
    assert_eq!(gains, Gains::unity(CLEAR as i32), "asked of the control device, by channel");
    gains.chan = ABSENT as i32;
    assert_eq!(bench.ctl().ioctl(Request::SetGains(&mut gains)), Err(Errno::EINVAL));
}

pub fn an_echo_canceller_is_attached_by_name_and_takes_taps_and_parameters(bench: &Bench<'_>) {
    let attach = |name| AttachEchoCanceller { chan: CLEAR_FAR as i32, echocan: Text::new(name) };
    assert_eq!(bench.ctl().ioctl(Request::AttachEchoCanceller(&attach("none of that name"))), Err(Errno::EINVAL));
    assert_eq!(bench.ctl().ioctl(Request::AttachEchoCanceller(&attach(""))), Ok(()), "none at all");
    let device = bench.open(CLEAR_FAR);
    let settings = EchoCancellerSettings::new(128, &[]).unwrap();
    assert_eq!(device.ioctl(Request::EchoCancelParams(&settings)), Err(Errno::EINVAL), "it is no audio");
    device.ioctl(Request::AudioMode(true)).unwrap();
    assert_eq!(device.ioctl(Request::EchoCancelParams(&settings)), Ok(()), "without a canceller nothing happens");
    let off = EchoCancellerSettings::new(0, &[]).unwrap();
    assert_eq!(device.ioctl(Request::EchoCancelParams(&off)), Ok(()));
}
