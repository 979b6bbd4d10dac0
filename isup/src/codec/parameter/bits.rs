//! Parameters made of bit fields, and numbers, which are bit fields with address signals after them.
//!
//! Macros turn tables into types: `values!` a list of code points (`octet_values!` when they fill a
//! parameter), `bit_record!` octets of fields (`bit_fields!` when they fill a parameter),
//! `numbers!` fields followed by digits. What remains is hand code.

use crate::codec::error::{DecodeError, Fault};
use std::fmt;

/// What a bit field can be: a flag, a number, or code points of [`values!`].
pub(super) trait Field: Copy {
    fn from_bits(bits: u8) -> Self;
    fn to_bits(self) -> u8;
    /// Says a value that is not zero in words.
    fn say(self, field: &str, words: &mut Words<'_, '_>) -> fmt::Result;
}

impl Field for bool {
    fn from_bits(bits: u8) -> Self {
        bits != 0
    }
    fn to_bits(self) -> u8 {
        u8::from(self)
    }
    fn say(self, field: &str, words: &mut Words<'_, '_>) -> fmt::Result {
        if self { words.say(format_args!("{}", field.replace('_', " "))) } else { Ok(()) }
    }
}

impl Field for u8 {
    fn from_bits(bits: u8) -> Self {
        bits
    }
    fn to_bits(self) -> u8 {
        self
    }
    fn say(self, field: &str, words: &mut Words<'_, '_>) -> fmt::Result {
        if self != 0 { words.say(format_args!("{} {self}", field.replace('_', " "))) } else { Ok(()) }
    }
}

/// Puts commas between what is said.
pub(super) struct Words<'a, 'b> {
    formatter: &'a mut fmt::Formatter<'b>,
    said: bool,
}

impl<'a, 'b> Words<'a, 'b> {
    pub(super) fn new(formatter: &'a mut fmt::Formatter<'b>) -> Self {
        Self { formatter, said: false }
    }

    pub(super) fn say(&mut self, words: fmt::Arguments<'_>) -> fmt::Result {
        if self.said {
            self.formatter.write_str(", ")?;
        }
        self.said = true;
        self.formatter.write_fmt(words)
    }

    /// Ends the list; an empty one says that nothing is set.
    pub(super) fn done(self) -> fmt::Result {
        if self.said { Ok(()) } else { self.formatter.write_str("nothing indicated") }
    }
}

/// A field's place in a parameter whose first octet holds bits 0 to 7.
#[derive(Clone, Copy)]
pub(super) struct Place {
    shift: u32,
    mask: u32,
}

impl Place {
    /// From the standard's letters, most significant first: `GFE`.
    pub(super) const fn of(letters: &str) -> Self {
        let letters = letters.as_bytes();
        let lowest = letters[letters.len() - 1];
        assert!(lowest >= b'A' && letters[0] <= b'X' && letters.len() <= 8);
        assert!((letters[0] - lowest) as usize == letters.len() - 1, "bits of a field are adjacent");
        let shift = (lowest - b'A') as u32;
        Self { shift, mask: ((1 << letters.len()) - 1) << shift }
    }

    pub(super) const fn mask(self) -> u32 {
        self.mask
    }

    pub(super) fn take<F: Field>(self, word: u32) -> F {
        F::from_bits(((word & self.mask) >> self.shift) as u8)
    }

    pub(super) fn put<F: Field>(self, field: F) -> u32 {
        u32::from(field.to_bits()) << self.shift & self.mask
    }
}

/// The first `count` octets, up to four, the first of them lowest.
pub(super) fn word(octets: &[u8], count: usize) -> Result<u32, DecodeError> {
    let octets = octets.get(..count).ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
    Ok(octets.iter().rev().fold(0, |word, octet| word << 8 | u32::from(*octet)))
}

/// Appends the `count` lowest octets, the lowest first.
pub(super) fn push_word(word: u32, count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&word.to_le_bytes()[..count]);
}

/// A newtype for the code points of a field or an octet, each with a constant and its words.
macro_rules! values {
    ($(#[$doc:meta])* $name:ident $(initially $initial:literal)? { $($constant:ident = $value:literal, $words:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u8);

        impl $name {
            $(#[doc = concat!("Code ", $value, ": ", $words, ".")] pub const $constant: Self = Self($value);)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self(0 $(+ $initial)?)
            }
        }

        impl $crate::codec::parameter::bits::Field for $name {
            fn from_bits(bits: u8) -> Self {
                Self(bits)
            }
            fn to_bits(self) -> u8 {
                self.0
            }
            fn say(self, _: &str, words: &mut $crate::codec::parameter::bits::Words<'_, '_>) -> std::fmt::Result {
                if self.0 == 0 { Ok(()) } else { words.say(format_args!("{self}")) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.0 {
                    $($value => f.write_str($words),)*
                    code => write!(f, concat!(stringify!($name), " 0x{:02x}"), code),
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({} {})"), self.0, self)
            }
        }
    };
}

/// [`values!`] that fill the one octet of a parameter.
macro_rules! octet_values {
    ($(#[$doc:meta])* $name:ident($code:ident) $values:tt) => {
        values! { $(#[$doc])* $name $values }

        impl $crate::codec::Parameter for $name {
            const CODE: $crate::codec::ParameterCode = $crate::codec::ParameterCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, $crate::codec::DecodeError> {
                $crate::codec::parameter::bits::word(octets, 1).map(|word| Self(word as u8))
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.push(self.0);
            }
        }
    };
}

/// A record of bit fields. `ones` names the unnamed bits that are sent as 1.
macro_rules! bit_record {
    (
        $(#[$doc:meta])*
        $name:ident $(, ones $ones:ident)? {
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $bits:ident,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// The bits that no field names, in place.
            pub spare: u32,
        }

        impl $name {
            const NAMED: u32 = 0 $(| $crate::codec::parameter::bits::Place::of(stringify!($bits)).mask())*;

            fn from_word(word: u32) -> Self {
                Self {
                    $($field: $crate::codec::parameter::bits::Place::of(stringify!($bits)).take(word),)*
                    spare: word & !Self::NAMED,
                }
            }

            fn to_word(self) -> u32 {
                let named = 0 $(| $crate::codec::parameter::bits::Place::of(stringify!($bits)).put(self.$field))*;
                named | self.spare & !Self::NAMED
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: Default::default(),)*
                    spare: 0 $(| $crate::codec::parameter::bits::Place::of(stringify!($ones)).mask())?,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut words = $crate::codec::parameter::bits::Words::new(f);
                $($crate::codec::parameter::bits::Field::say(self.$field, stringify!($field), &mut words)?;)*
                words.done()
            }
        }
    };
}

/// A parameter that is a [`bit_record!`].
macro_rules! bit_fields {
    (
        $(#[$doc:meta])*
        $name:ident($code:ident), $count:literal $unit:ident $(, ones $ones:ident)? { $($fields:tt)* }
    ) => {
        bit_record! { $(#[$doc])* $name $(, ones $ones)? { $($fields)* } }

        impl $crate::codec::Parameter for $name {
            const CODE: $crate::codec::ParameterCode = $crate::codec::ParameterCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, $crate::codec::DecodeError> {
                $crate::codec::parameter::bits::word(octets, $count).map(Self::from_word)
            }

            fn encode(&self, out: &mut Vec<u8>) {
                $crate::codec::parameter::bits::push_word(self.to_word(), $count, out);
            }
        }
    };
}

/// A number: octets of bit fields, one bit of which says that the address signals after them are odd in number.
macro_rules! numbers {
    ($(
        $(#[$doc:meta])*
        $name:ident($code:ident), $count:literal $unit:ident, odd $odd:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $bits:ident,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// The bits that no field names, in place.
            pub spare: u32,
            /// The address signals.
            pub digits: $crate::codec::Digits,
        }

        const _: () = {
            use $crate::codec::parameter::bits::{Place, Words, push_word, word};
            use $crate::codec::{DecodeError, Digits, Parameter, ParameterCode};

            const ODD: Place = Place::of(stringify!($odd));
            const NAMED: u32 = ODD.mask() $(| Place::of(stringify!($bits)).mask())*;

            impl Parameter for $name {
                const CODE: ParameterCode = ParameterCode::$code;

                fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                    let word = word(octets, $count)?;
                    Ok(Self {
                        $($field: Place::of(stringify!($bits)).take(word),)*
                        spare: word & !NAMED,
                        digits: Digits::decode_at(octets, $count, ODD.take(word))?,
                    })
                }

                fn encode(&self, out: &mut Vec<u8>) {
                    let named = ODD.put(self.digits.is_odd()) $(| Place::of(stringify!($bits)).put(self.$field))*;
                    push_word(named | self.spare & !NAMED, $count, out);
                    out.extend_from_slice(self.digits.packed());
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    let mut words = Words::new(f);
                    words.say(format_args!("{}", self.digits))?;
                    $($crate::codec::parameter::bits::Field::say(self.$field, stringify!($field), &mut words)?;)*
                    words.done()
                }
            }
        };
    )*};
}
