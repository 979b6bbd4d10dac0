//! Contents of facility elements that libpri 1.6.0 (Debian) sent over a socket pair, as user and as network, when asked
//! by its programming interface for these services; written out in hex, by the dialect of the switch type.

use isup::q931::service::Dialect;

/// Dialect, contents, what they are.
pub const FROM_LIBPRI: &[(Dialect, &str, &str)] = &[
    (
        Dialect::Etsi,
        "91a138 020101 02010f 3030 020102 0a0101 a113a011a10f0a0102120a30333035353530303030 \
         a213a011a10f0a0102120a30333035353530303031",
        "diverted from",
    ),
    (Dialect::Etsi, "91a10f 020102 02011f 3007 3005 0a0100 8400", "rates: free"),
    (
        Dialect::Etsi,
        "91a163 020103 02011f 305b 3025 0a0100 a120 8103455552 a20681010c820101 830101 a40681013c820102 \
         a506810101820102 3012 0a0102 a20d8103455552a206810105820101 3016 0a0103 a311 8103455552 \
         a2078102012c820100 830102 3006 0a0104 020103",
        "rates of four kinds",
    ),
    (Dialect::Etsi, "91a108 020104 020121 0500", "charge during the call: not available"),
    (Dialect::Etsi, "91a108 020105 020121 8100", "charge during the call: free"),
    (
        Dialect::Etsi,
        "91a11e 020106 020121 3016 a10e 8103455552 a207810202a2820101 820100 830102",
        "charge during the call: currency",
    ),
    (
        Dialect::Etsi,
        "91a11a 020107 020122 3012 a10d 30070202214b02010d 30020500 820100",
        "charge during the call: units",
    ),
    (Dialect::Etsi, "91a106 020102 020103", "malicious call"),
    (
        Dialect::Etsi,
        "91a130 020108 020123 3028 3013 a10e 8103455552 a207810207cf820101 820103 \
         a011a10f0a0102120a30333037363534333231",
        "charge at the end: currency",
    ),
    (Dialect::Etsi, "91a109 020103 02011e 0a0100", "charging request: at setup"),
    (Dialect::Etsi, "91a109 020105 02011e 0a0102", "charging request: at the end"),
    (Dialect::Etsi, "91a10b 020106 060604008271 0104", "link id request"),
    (Dialect::Etsi, "91a10e 020107 060604008271 0101 020109", "transfer to"),
    (Dialect::Etsi, "91a115 02010a 020124 300d 3007 a105 3003020105 02020141", "charge at the end: units"),
    (Dialect::Etsi, "91a10a 02010b 020123 3002 8100", "charge at the end: free"),
    (Dialect::Etsi, "91a108 02010c 020123 0500", "charge at the end: not available"),
    (
        Dialect::Etsi,
        "91a142 020108 02010e 303a 0a0103 3011a10f0a0102120a30333039393939393939 020101 400504039090a3 \
         a113a011a10f0a0102120a30333031323334353637 a2030a0102",
        "rerouting",
    ),
    (
        Dialect::Etsi,
        "91a153 020101 06060400856901 03 3046 a10d a10b0a01021206303330393939 a203 0a0101 a303 020103 \
         a40e a10c0a01011207343933303130 30 a511 180f32303236313132313135303030305a a608 3006 020107 0a0100",
        "waiting: three messages",
    ),
    (Dialect::Etsi, "91a112 020102 06060400856901 03 3005 a303 020100", "waiting: none"),
    (
        Dialect::Qsig,
        "9faa06800100820100 8b0100 a155 020101 020115 304d 020102 0a0101 800102 \
         a113a011a10f0a0102120a30333035353530303030 a213a011a10f0a0102120a30333035353530303031 \
         a30b80094361726c20436f6c64 a40b8009446f72612044756e65",
        "diverted from",
    ),
    (Dialect::Qsig, "9faa06800100820100 8b0100 a113 020102 020100 800b416c6963652041646c6572", "calling name"),
    (Dialect::Qsig, "9faa06800100820100 8b0100 a110 020102 020102 8008426f622042657267", "connected name"),
    (Dialect::Qsig, "9faa06800100820100 8b0102 a110 020105 02010c 3008 0a0100 8100 0a0101", "transfer complete"),
    (
        Dialect::Qsig,
        "9faa06800100820100 8b0102 a168 020109 020113 3060 0a0103 3011a10f0a0102120a30333039393939393939 020101 \
         400904039090a395320181 a113a011a10f0a0102120a30333031323334353637 820102 \
         a416a014a10f0a0102120a303330373635343332310a0103 a50a80085269746120526f74",
        "rerouting",
    ),
    (Dialect::Qsig, "9faa06800100820100 8b0100 a114 02010b 020150 300c 800730333034343434 0a0101", "messages waiting"),
    (Dialect::Qsig, "9faa06800100820100 8b0100 a114 02010d 020151 300c 800730333034343434 0a0101", "no messages"),
    (Dialect::National, "9f8b0100 a10f 020101 06072a8648ce150004 0a0100", "name follows"),
    (Dialect::National, "9f8b0100 a113 020102 020100 800b416c6963652041646c6572", "calling name"),
    (Dialect::National, "91a111 020103 06072a8648ce150008 3003020102", "join call"),
    (Dialect::Dms100, "11bea106 020101 020101", "release link"),
];

/// The octets of a text in hex.
pub fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hex");
    digits.chunks(2).map(octet).collect()
}
