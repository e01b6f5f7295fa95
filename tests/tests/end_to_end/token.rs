//! The token of the admin listener, from a file as an orchestrator provides it.

use crate::service::{Service, command};

const CANARY: &str = "canary-5f1c";

#[tokio::test]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn a_token_from_a_file_guards_the_metrics_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    std::fs::write(&file, format!("{CANARY}\n")).unwrap();
    let mut service = Service::start_with(&[("GOLDSIGNAL_ADMIN_TOKEN_FILE", &file)]).await;
    let metrics = format!("http://{}/metrics", service.admin);
    let client = reqwest::Client::new();
    let without = client.get(&metrics).send().await.unwrap();
    assert_eq!(without.status(), 401);
    assert!(without.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    let with = client.get(&metrics).bearer_auth(CANARY).send().await.unwrap();
    assert!(with.status().is_success());
    assert!(!with.text().await.unwrap().contains(CANARY));
    assert!(!service.stop().await.concat().contains(CANARY), "the log has the token");
}

#[tokio::test]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn what_the_token_lacks_is_told_in_one_sentence() {
    for (variables, parts) in [
        (&[("GOLDSIGNAL_ADMIN_ADDR", "0.0.0.0:0")][..], ["0.0.0.0:0", "without a token"]),
        (&[("GOLDSIGNAL_ADMIN_TOKEN_FILE", "/no/token")], ["ADMIN_TOKEN_FILE", "`/no/token`"]),
        (&[("GOLDSIGNAL_ADMIN_TOKEN", "canary 5f1c")], ["one word", "ADMIN_TOKEN"]),
    ] {
        let mut command = command();
        command.args(["--demo", "--listen", "127.0.0.1:0"]).envs(variables.iter().copied());
        let output = command.output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{variables:?} must fail");
        assert_eq!(said.trim_end().lines().count(), 1, "one sentence: {said}");
        assert!(parts.iter().all(|part| said.contains(part)), "{parts:?} in {said}");
        assert!(!said.contains("canary"), "{said}");
    }
}
