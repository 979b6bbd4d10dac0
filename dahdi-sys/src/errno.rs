//! Error numbers as the driver returns them, `errno(3)` and DAHDI's own 500.

use std::fmt;

/// An error number from the kernel; a number without a name here survives unchanged.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(pub i32);

/// Names and meanings stand once, so that constant, `Debug` and `Display` cannot disagree.
macro_rules! errnos {
    ($($name:ident = $number:literal, $meaning:literal;)*) => {
        impl Errno {
            $(#[doc = $meaning] pub const $name: Errno = Errno($number);)*

            /// The number's symbolic name, when it has one here.
            pub fn name(self) -> Option<&'static str> {
                match self { $(Errno::$name => Some(stringify!($name)),)* _ => None }
            }

            fn meaning(self) -> &'static str {
                match self { $(Errno::$name => $meaning,)* _ => "the driver gave a number this program has no words for" }
            }
        }
    };
}

errnos! {
    EPERM = 1, "the operation is not permitted";
    ENOENT = 2, "there is no such device file: the dahdi modules are not loaded";
    EINTR = 4, "a signal interrupted the call";
    EIO = 5, "the device failed, or was removed";
    ENXIO = 6, "there is no such channel, or it is not configured";
    E2BIG = 7, "more was given than the driver takes";
    EAGAIN = 11, "nothing to read, or no room to write, at this moment";
    ENOMEM = 12, "the kernel has no memory for it";
    EACCES = 13, "permission denied";
    EFAULT = 14, "the kernel could not reach the argument";
    EBUSY = 16, "another program holds it";
    EEXIST = 17, "it is there already";
    ENODEV = 19, "there is no such device";
    EINVAL = 22, "the driver refuses the argument";
    EMFILE = 24, "this process has too many open files";
    ENOTTY = 25, "the device does not know the request";
    ENOSYS = 38, "the request does not apply to this kind of channel";
    ELAST = 500, "an event waits: read it before anything else";
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "errno {}", self.0),
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}: {}", self.meaning())
    }
}

impl std::error::Error for Errno {}

#[cfg(test)]
mod tests {
    use super::Errno;

    #[test]
    fn a_number_without_a_name_survives_and_prints() {
        assert_eq!(format!("{:?}", Errno(77)), "errno 77");
        assert_eq!(Errno(77), Errno(77));
    }

    #[test]
    fn elast_is_a_number_of_its_own() {
        assert_eq!(Errno::ELAST.0, 500);
        assert_eq!(Errno::ELAST.to_string(), "ELAST: an event waits: read it before anything else");
    }
}
