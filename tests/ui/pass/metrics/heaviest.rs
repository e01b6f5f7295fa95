// The heaviest keys: of any type with a hash, shown as hashes or by name, also behind an alias.
use std::fmt;

use goldsignal::{Hashed, Metrics, Named, Top};

#[derive(Hash)]
struct Device([u8; 6]);

#[derive(Hash)]
enum Tenant {
    Acme,
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("acme")
    }
}

type Heaviest = Top<(u32, bool)>;

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders by user.
    busiest_users: Top<str>,
    /// Requests by device.
    busiest_devices: Top<Device, Hashed>,
    /// Bytes by tenant.
    heaviest_tenants: goldsignal::Top<Tenant, Named>,
    /// Orders by article.
    heaviest_articles: Heaviest,
    /// Retries by address.
    #[metric(name = "retries_by_address")]
    retries: Top<std::net::IpAddr, Named>,
}

fn main() {
    let shop = Shop::get();
    shop.busiest_users.add(&String::from("ada"));
    shop.busiest_devices.add_by(&Device([1; 6]), 3);
    shop.heaviest_tenants.add(&Tenant::Acme);
    shop.heaviest_articles.add(&(7, true));
    shop.retries.add_by(&[127, 0, 0, 1].into(), 2);
    let heaviest = shop.heaviest_tenants.heaviest();
    assert_eq!((heaviest.total, &*heaviest.keys[0].key), (1, "acme"));
    assert_eq!(shop.retries.heaviest().keys[0].key, "127.0.0.1");
}
