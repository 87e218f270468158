//! A fingerprint of a JSON value: equal values have equal ones, whatever their spelling and the order of keys.

use std::hash::{DefaultHasher, Hasher};

/// 128 bits; a collision could only make two items of one document look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Print(u64, u64);

impl Print {
    fn of(tag: u8, bytes: &[u8]) -> Self {
        let half = |seed: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write(&[seed, tag]);
            hasher.write(bytes);
            hasher.finish()
        };
        Self(half(0), half(1))
    }

    /// Of a text.
    pub(super) fn text(text: &str) -> Self {
        Self::of(b's', text.as_bytes())
    }

    /// Of a number, `true`, `false` or `null`; `1`, `1.0` and `1e0` are one number.
    pub(super) fn number(text: &str) -> Self {
        match text.parse::<f64>() {
            Ok(0.0) => Self::of(b'n', &0_f64.to_bits().to_be_bytes()),
            Ok(number) if number.abs() < 9e15 => Self::of(b'n', &number.to_bits().to_be_bytes()),
            _ => Self::of(b'w', text.as_bytes()),
        }
    }

    /// Of an empty array.
    pub(super) fn list() -> Self {
        Self::of(b'l', b"")
    }

    /// Of the array with one more item.
    pub(super) fn then(self, item: Self) -> Self {
        Self::of(b'i', &[self.bytes(), item.bytes()].concat())
    }

    /// Of an empty object.
    pub(super) fn record() -> Self {
        Self::of(b'r', b"")
    }

    /// Of the object with one more field: a sum, so that order does not count.
    pub(super) fn with(self, key: &str, value: Self) -> Self {
        let field = Self::of(b'f', &[&value.bytes(), key.as_bytes()].concat());
        Self(self.0.wrapping_add(field.0), self.1.wrapping_add(field.1))
    }

    fn bytes(self) -> [u8; 16] {
        (u128::from(self.0) << 64 | u128::from(self.1)).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::Print;

    #[test]
    fn equal_values_have_equal_prints_and_others_do_not() {
        let (one, two) = (Print::number("1"), Print::number("2"));
        assert_eq!(one, Print::number("1.0"));
        assert_eq!(Print::number("-0"), Print::number("0"));
        assert_eq!(Print::record().with("a", one).with("b", two), Print::record().with("b", two).with("a", one));
        assert_ne!(Print::record().with("a", one).with("b", two), Print::record().with("a", two).with("b", one));
        assert_ne!(Print::list().then(one).then(two), Print::list().then(two).then(one));
        assert_ne!(Print::text("1"), one);
        assert_ne!(Print::list(), Print::record());
    }
}
