// Values that resemble the reserved one, but are none.
#[derive(goldsignal::Label)]
enum Kind {
    Other,
    #[label(rename = "OTHER")]
    Shouted,
    #[label(rename = "with spaces, commas and \"quotes\"")]
    Odd,
    #[label(rename = "größer")]
    Umlaut,
}

fn main() {
    let values = <Kind as goldsignal::Label>::VALUES;
    assert_eq!(values.len(), 4);
}
