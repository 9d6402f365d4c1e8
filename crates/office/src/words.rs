//! Enums that are one word each in the database and on the wire.

/// Gives an enum its words: `words!(Colour { Red = "red", Blue = "blue" });`.
macro_rules! words {
    ($kind:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $kind {
            /// As it stands in the database and on the wire.
            pub(super) fn word(self) -> &'static str {
                match self { $($kind::$variant => $word),* }
            }

            /// From the database; nothing when somebody else wrote there.
            pub(super) fn from_word(word: &str) -> Option<$kind> {
                match word { $($word => Some($kind::$variant),)* _ => None }
            }
        }
    };
}

pub(crate) use words;
