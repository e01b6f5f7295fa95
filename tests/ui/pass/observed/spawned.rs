// The future of an observed function moves between threads.
use goldsignal::observed;

#[observed(fields(id))]
async fn load(id: u32, names: Vec<String>) -> Result<String, std::io::Error> {
    tokio::task::yield_now().await;
    Ok(format!("{id} {}", names.join(" ")))
}

struct Store;

#[observed]
impl Store {
    async fn find(&self, id: u32) -> u32 {
        tokio::task::yield_now().await;
        id
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        let loaded = tokio::spawn(load(1, vec![String::from("a")]));
        let found = tokio::spawn(async { Store.find(2).await });
        assert_eq!(loaded.await.unwrap().unwrap(), "1 a");
        assert_eq!(found.await.unwrap(), 2);
    });
}
