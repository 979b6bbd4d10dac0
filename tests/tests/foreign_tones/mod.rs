//! Tones of digits by others: `sox` makes them, `multimon-ng` hears them; and computed ones.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A-law octets in which tones may be.
pub struct Tones(Vec<u8>);

/// Whether the two programs are installed; says so if they are not.
pub fn present() -> bool {
    let runs = |program: &str| {
        let mut command = Command::new(program);
        command.arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    let present = runs("sox") && runs("multimon-ng");
    if !present {
        println!("skipped: tones of others: sox or multimon-ng absent");
    }
    present
}

impl Tones {
    /// Those of this audio.
    pub fn of(octets: &[u8]) -> Tones {
        Tones(octets.to_vec())
    }

    /// What multimon-ng hears. It wants 22050 samples a second, which sox makes.
    pub fn digits(&self) -> String {
        let (law, linear) = (file("al"), file("raw"));
        std::fs::write(&law, &self.0).expect("a temporary file");
        sox(&[
            &["-t", "al", "-r", "8000", "-c", "1", &law][..],
            &["-t", "raw", "-r", "22050", "-e", "signed", "-b", "16", &linear],
        ]
        .concat());
        let output = Command::new("multimon-ng").args(["-q", "-a", "DTMF", "-t", "raw", &linear]).output();
        let text = String::from_utf8(output.expect("it was there").stdout).expect("its words are ASCII");
        [law, linear].iter().for_each(|file| std::fs::remove_file(file).expect("it was written"));
        text.lines().filter_map(|line| line.strip_prefix("DTMF: ")).collect()
    }
}

/// Digits of so many milliseconds, with pauses as long, as sox makes them.
pub fn synthesised(digits: &str, ms: u32) -> Vec<u8> {
    let path = file("al");
    let length = format!("{:.3}", f64::from(ms) / 1000.0);
    let one = |digit: char| {
        let [low, high] = frequencies(digit).map(|hz| hz.to_string());
        let tone = ["-n", "-t", "al", "-r", "8000", "-c", "1", &path];
        let of = [
            "synth", &length, "sine", &low, "synth", &length, "sine", "mix", &high, "gain", "-12", "pad", "0", &length,
        ];
        sox(&[&tone[..], &of].concat());
        std::fs::read(&path).expect("it was written")
    };
    let octets = digits.chars().flat_map(one).collect();
    std::fs::remove_file(&path).expect("it was written");
    octets
}

/// The same, computed.
pub fn computed(digits: &str, ms: usize) -> Vec<u8> {
    let sample = |digit: char, at: usize| {
        let turn = |hz: u32| (std::f64::consts::TAU * f64::from(hz) * at as f64 / 8000.0).sin();
        frequencies(digit).into_iter().map(turn).sum::<f64>() * 6_000.0
    };
    let tone = |digit| (0..ms * 8).map(move |at| media::Law::A.encode(sample(digit, at) as i16));
    digits.chars().flat_map(|digit| tone(digit).chain(std::iter::repeat_n(0xd5, ms * 8))).collect()
}

/// ITU-T Q.23.
fn frequencies(digit: char) -> [u32; 2] {
    let at = "123A456B789C*0#D".find(digit).expect("a digit");
    [[697, 770, 852, 941][at / 4], [1209, 1336, 1477, 1633][at % 4]]
}

fn sox(arguments: &[&str]) {
    let output = Command::new("sox").args(arguments).output().expect("it was there");
    assert!(output.status.success(), "{output:?}");
}

/// A file of this process that no other test has.
fn file(extension: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("spangate-tones-{}-{number}.{extension}", std::process::id());
    std::env::temp_dir().join(name).to_str().expect("its name is ASCII").to_owned()
}
