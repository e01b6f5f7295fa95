//! `/log-filter` of the admin listener: another filter for a time.

use goldsignal::emit::LogWriter;
use goldsignal::{Telemetry, observed};
use goldsignal_tests::{LogBuffer, PATIENCE, in_own_process_async, log_lines, wait_for_async};
use reqwest::{Client, Method, StatusCode};

#[observed(level = "debug")]
fn quiet() {}

#[tokio::test]
async fn the_filter_is_replaced_for_a_time() {
    in_own_process_async(async || {
        let buffer = LogBuffer::default();
        let telemetry = Telemetry::builder("level")
            .admin_token("t0ken")
            .admin("127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap())
            .log_writer(LogWriter::new(buffer.clone()))
            .build()
            .unwrap();
        telemetry.install().unwrap();
        let address = telemetry.admin_address().unwrap();
        // A closing line, an event and a record, all of which are known before the filter changes.
        let logged = || {
            assert!(telemetry.log().flush(PATIENCE));
            buffer.take();
            quiet();
            tracing::debug!("event");
            log::debug!("record");
            tracing::info!("always");
            assert!(telemetry.log().flush(PATIENCE));
            let lines = log_lines::parse(&buffer.take());
            lines
                .iter()
                .map(|line| line["message"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let (client, token) = (Client::new(), "t0ken");
        let send = async |method: Method, query: &str, body: &'static str, token: &str| {
            let request = client.request(method, format!("http://{address}/log-filter{query}"));
            let response = request.bearer_auth(token).body(body).send().await.unwrap();
            (response.status(), response.text().await.unwrap())
        };
        let gauge = async || {
            let request = client.get(format!("http://{address}/metrics")).bearer_auth(token);
            let text = request.send().await.unwrap().text().await.unwrap();
            let line = text
                .lines()
                .find(|l| l.starts_with("goldsignal_log_filter_override "))
                .map(str::to_owned);
            line.unwrap().split_once(' ').unwrap().1.to_owned()
        };
        let all = ["quiet ok", "event", "record", "always"];
        assert_eq!(logged(), ["always"]);
        assert_eq!(send(Method::GET, "", "", token).await.1, "info\nthe service's own\n");
        assert_eq!(send(Method::PUT, "", "debug", "wrong").await.0, StatusCode::UNAUTHORIZED);
        for (query, body, reason) in [
            ("", "my_app=loud", "`my_app=loud` is no log filter"),
            ("", "", "the body is empty"),
            ("?for=25h", "debug", "`25h` is no time"),
        ] {
            let (status, text) = send(Method::PUT, query, body, token).await;
            assert!(status == StatusCode::BAD_REQUEST && text.contains(reason), "{text}");
        }
        assert_eq!((logged(), gauge().await), (vec!["always".to_owned()], "0".to_owned()));

        let (status, text) = send(Method::PUT, "", "info,log=debug", token).await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, "info,log=debug\nends in 600 s\n"));
        assert_eq!((logged(), gauge().await), (all.map(str::to_owned).to_vec(), "1".to_owned()));
        assert_eq!(send(Method::DELETE, "", "", token).await.0, StatusCode::OK);
        assert_eq!((logged(), gauge().await), (vec!["always".to_owned()], "0".to_owned()));

        send(Method::PUT, "?for=1s", "log=debug", token).await;
        assert_eq!(logged(), all);
        wait_for_async("the end of its time", async || (logged() == ["always"]).then_some(()))
            .await;

        // Without a token, a website that has pointed its name at this machine must not change it.
        let open = Telemetry::builder("open")
            .admin("127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap())
            .build()
            .unwrap();
        open.install().unwrap();
        let url = format!("http://{}/log-filter", open.admin_address().unwrap());
        for (host, status) in
            [("evil.example", StatusCode::FORBIDDEN), ("localhost", StatusCode::OK)]
        {
            let request = client.put(&url).header("host", host).body("info");
            assert_eq!(request.send().await.unwrap().status(), status, "{host}");
        }
        assert_eq!(gauge().await, "0");
    })
    .await;
}
