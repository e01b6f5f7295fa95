//! Renamed values, acronyms, raw identifiers, discriminants and deprecated variants. The enum need not be `Copy`.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use goldsignal::Label;

#[derive(Label)]
enum Plan {
    Free = 7,
    #[label(rename = "on-premises")]
    OnPremises,
    HTTPApi,
    r#Type,
    #[deprecated]
    Old,
}

fn main() {
    assert_eq!(Plan::VALUES, ["free", "on-premises", "http_api", "type", "old"]);
    assert_eq!(Plan::HTTPApi.index(), 2);
    assert_eq!((Plan::Free.index(), Plan::OnPremises.index(), Plan::r#Type.index()), (0, 1, 3));
}
