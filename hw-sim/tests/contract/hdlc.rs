//! Facts of HDLC channels with frame check.

use dahdi_sys::abi::BufferPolicy;
use dahdi_sys::signalling::FRAME_OCTETS_MAX;
use dahdi_sys::{Device, Errno, Event, Request, SignallingChannel, SignallingMode, Step};
use hw_sim::hdlc::fcs16;

use super::bench::*;

fn with_fcs(frame: &[u8]) -> Vec<u8> {
    [frame, &fcs16(frame).to_le_bytes()].concat()
}

fn write_frame(device: &dyn Device, frame: &[u8]) {
    let octets = [frame, &[0, 0]].concat();
    assert_eq!(device.write(&octets), Ok(octets.len()));
}

fn pair(bench: &Bench<'_>) -> (Box<dyn Device>, Box<dyn Device>) {
    (bench.open_with(HDLC, 32, 1024), bench.open_with(HDLC_FAR, 32, 1024))
}

pub fn frames_pass_with_their_check_sequence(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    for length in [3, 5, 16, 64, 128, 260, 265, 512, 1000] {
        for frame in [vec![0xff; length], vec![0x7e; length], pattern(length)] {
            write_frame(&*near, &frame);
            (bench.advance)(length as u32 / 5 + 20);
            assert_eq!(read_all(&*far), [with_fcs(&frame)]);
        }
    }
    assert_eq!(event(&*far), 0);
}

pub fn the_last_two_octets_written_are_overwritten(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    near.write(&[1, 2, 3, 4, 0x99, 0x99]).unwrap();
    (bench.advance)(20);
    assert_eq!(read_all(&*far), [with_fcs(&[1, 2, 3, 4])]);
}

pub fn frames_wait_in_order_and_are_read_one_at_a_time(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    let frames: Vec<Vec<u8>> = (1..=20).map(|number| vec![number; usize::from(number) + 2]).collect();
    frames.iter().for_each(|frame| write_frame(&*near, frame));
    (bench.advance)(80);
    assert_eq!(read_all(&*far), frames.iter().map(|frame| with_fcs(frame)).collect::<Vec<_>>());
}

pub fn a_frame_longer_than_the_readers_block_is_an_overrun(bench: &Bench<'_>) {
    let (near, far) = (bench.open_with(HDLC, 8, 1024), bench.open_with(HDLC_FAR, 8, 64));
    write_frame(&*near, &[0x11; 200]);
    (bench.advance)(60);
    assert_eq!(far.read(&mut [0; 64]), Err(Errno::ELAST));
    assert_eq!(event(&*far), Event::Overrun.number());
    write_frame(&*near, &[0x22; 10]);
    (bench.advance)(20);
    assert_eq!(read_all(&*far), [with_fcs(&[0x22; 10])], "the next frame is received");
}

pub fn a_reader_without_check_gets_every_frame(bench: &Bench<'_>) {
    let (near, far) = (bench.open(CLEAR), bench.open(CLEAR_FAR));
    for device in [&near, &far] {
        device.ioctl(Request::HdlcRawMode(true)).unwrap();
        set_buffers(&**device, 8, 256, BufferPolicy::IMMEDIATE).unwrap();
    }
    (bench.advance)(10);
    near.write(&[1, 2, 3, 4]).unwrap();
    (bench.advance)(20);
    assert_eq!(read_all(&*far), [[1, 2, 3, 4]], "nothing added, nothing checked");
}

pub fn a_clear_channel_becomes_hdlc_by_request_until_it_is_closed(bench: &Bench<'_>) {
    let far = bench.open_with(CLEAR_FAR, 8, 160);
    let near = bench.open(CLEAR);
    near.ioctl(Request::HdlcFcsMode(true)).unwrap();
    (bench.advance)(30);
    read_all(&*far);
    (bench.advance)(20);
    let mut flags = read_octets(&*far);
    flags.dedup();
    assert!(flags.len() == 1 && flags[0].count_ones() == 6, "flags at some bit offset: {flags:02x?}");
    drop(near);
    let _near = bench.open(CLEAR);
    (bench.advance)(30);
    read_all(&*far);
    (bench.advance)(20);
    assert!(read_octets(&*far).iter().all(|octet| *octet == 0xff));
}

pub fn a_signalling_channel_hides_the_check_sequence(bench: &Bench<'_>) {
    let near = SignallingChannel::open(bench.kernel, HDLC, SignallingMode::HdlcFcs).unwrap();
    let far = SignallingChannel::open(bench.kernel, HDLC_FAR, SignallingMode::HdlcFcs).unwrap();
    (bench.advance)(10);
    near.write_frame(&[2, 1, 127]).unwrap();
    (bench.advance)(20);
    let mut buffer = [0; 512];
    assert_eq!(far.read_frame(&mut buffer), Ok(3));
    assert_eq!(buffer[..3], [2, 1, 127]);
    assert_eq!(far.read_frame(&mut buffer), Err(Errno::EAGAIN));
    assert_eq!(far.read_frame(&mut [0; 300]), Err(Errno::EINVAL), "too short a buffer could lose octets");
    assert_eq!(near.write_frame(&[0; FRAME_OCTETS_MAX + 1]), Err(Errno::EINVAL));
    near.write_frame(&[7; FRAME_OCTETS_MAX]).unwrap();
    (bench.advance)(90);
    assert_eq!(far.read_frame(&mut buffer), Ok(FRAME_OCTETS_MAX), "the longest frame passes");
    assert_eq!(near.write_frame(&[]), Err(Errno::EINVAL));
    assert_eq!(far.next_event(), Ok(None));
}

pub fn a_signalling_channel_of_another_kind_is_refused_in_words(bench: &Bench<'_>) {
    let error = SignallingChannel::open(bench.kernel, HDLC, SignallingMode::Mtp2).err().unwrap();
    assert_eq!((error.step, error.errno), (Step::HdlcMode, Errno::EINVAL));
    assert!(error.to_string().contains("channel 16") && error.to_string().contains("dahdi_cfg"), "{error}");
}
