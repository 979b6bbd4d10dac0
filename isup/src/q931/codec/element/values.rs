//! Code points as newtypes with words: tables become types.

/// A newtype for the code points of a field or an octet, each with a constant and its words.
macro_rules! values {
    ($(#[$doc:meta])* $name:ident $(initially $initial:literal)? { $($constant:ident = $value:literal, $words:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u8);

        impl $name {
            $(#[doc = concat!("Code ", $value, ": ", $words, ".")] pub const $constant: Self = Self($value);)*

            /// The words of the standard; `None` for a value that it does not assign.
            pub const fn words(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($words),)*
                    _ => None,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self(0 $(+ $initial)?)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.words() {
                    Some(words) => f.write_str(words),
                    None => write!(f, concat!(stringify!($name), " 0x{:02x}"), self.0),
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

/// [`values!`] that fill the one octet of an element, or its one value of four bits: the bits of
/// the mask, under bits that are always set.
macro_rules! octet_values {
    ($(#[$doc:meta])* $name:ident($code:ident), bits $mask:literal under $set:literal $values:tt) => {
        values! { $(#[$doc])* $name $values }

        impl $crate::q931::codec::Element for $name {
            const CODE: $crate::q931::codec::ElementCode = $crate::q931::codec::ElementCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, $crate::q931::codec::DecodeError> {
                Ok(Self($crate::q931::codec::element::octets::octet(octets, 0)? & $mask))
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.push($set | self.0 & $mask);
            }
        }
    };
}
