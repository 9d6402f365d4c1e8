//! The shape of every id: a UUIDv7 inside a type of its own, declared in the folder that owns it.

/// Declares an id type: `kernel::id! { /// One shelf. pub struct ShelfId; }`.
///
/// It is a string on the wire and the database's own UUID at rest.
#[macro_export]
macro_rules! id {
    ($(#[$meta:meta])* $vis:vis struct $name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
        #[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        #[schema(value_type = String)]
        $vis struct $name($crate::uuid::Uuid);

        impl $name {
            /// A fresh id, later in order than any drawn before it.
            $vis fn draw(chance: &$crate::chance::Chance, now: $crate::clock::Time) -> Self {
                Self(chance.uuid(now))
            }

            /// The bare number, for lists of ids in a statement.
            $vis fn uuid(self) -> $crate::uuid::Uuid {
                self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::uuid::Error;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                $crate::uuid::Uuid::parse_str(text).map(Self)
            }
        }
    };
}
