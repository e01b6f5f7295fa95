//! The client of the todo service's API.

use std::time::Duration;

use goldsignal::observed;
use http::{HeaderMap, Method, StatusCode};
use reqwest::{Client, Response, Url};
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::error::ToolError;

/// How long the service may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// The id, by which other tools take the task.
    pub id: i64,
    /// What is to be done.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// Whether it is completed.
    pub completed: bool,
}

/// What a task is created from.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct NewTask {
    /// What is to be done: 1 to 200 characters.
    pub title: String,
    /// More about it: 2,000 characters at most.
    pub description: Option<String>,
}

/// The API of a todo service.
#[derive(Clone, Debug)]
pub struct Api {
    client: Client,
    url: Url,
}

impl Api {
    /// The API at the address `url`.
    pub fn new(url: Url) -> Self {
        Self { client: Client::new(), url }
    }

    /// Whether the service answers.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ping(&self) -> Result<(), reqwest::Error> {
        self.client.get(self.url.clone()).timeout(PATIENCE).send().await.map(drop)
    }

    pub(crate) async fn create(&self, user: &str, task: &NewTask) -> Result<Task, ToolError> {
        let request = self.client.post(self.tasks(user, &[])?).json(task);
        read(send(request, Method::POST).await?).await
    }

    pub(crate) async fn list(
        &self,
        user: &str,
        search: Option<&str>,
    ) -> Result<Vec<Task>, ToolError> {
        let mut url = self.tasks(user, &[])?;
        if let Some(search) = search {
            url.query_pairs_mut().append_pair("search", search);
        }
        read(send(self.client.get(url), Method::GET).await?).await
    }

    pub(crate) async fn complete(&self, user: &str, id: i64) -> Result<Task, ToolError> {
        let url = self.tasks(user, &[&id.to_string(), "complete"])?;
        read(send(self.client.post(url), Method::POST).await?).await
    }

    pub(crate) async fn delete(&self, user: &str, id: i64) -> Result<(), ToolError> {
        let url = self.tasks(user, &[&id.to_string()])?;
        send(self.client.delete(url), Method::DELETE).await.map(drop)
    }

    /// The address of a user's tasks, and of one of them. Each part is one segment, whatever it contains.
    fn tasks(&self, user: &str, rest: &[&str]) -> Result<Url, ToolError> {
        let mut url = self.url.clone();
        let mut segments = url.path_segments_mut().map_err(|()| ToolError::BadUser)?;
        segments.pop_if_empty().extend(["api", user, "tasks"]).extend(rest);
        drop(segments);
        Ok(url)
    }
}

/// Sends a request in the trace of the tool call.
#[observed(name = "todo_api", level = debug, fields(verb = %method), ok(|answer| status = answer.status().as_u16()))]
async fn send(request: reqwest::RequestBuilder, method: Method) -> Result<Response, ToolError> {
    let mut headers = HeaderMap::new();
    goldsignal::current().inject(&mut headers);
    let answer = request.headers(headers).timeout(PATIENCE).send().await;
    // The address has the user's name, and perhaps the text of a search.
    let answer = answer.map_err(|error| ToolError::Unreachable(error.without_url()))?;
    match answer.status() {
        status if status.is_success() => Ok(answer),
        StatusCode::BAD_REQUEST => Err(ToolError::BadUser),
        StatusCode::NOT_FOUND => Err(ToolError::NoSuchTask),
        StatusCode::CONFLICT => Err(ToolError::AlreadyCompleted),
        StatusCode::UNPROCESSABLE_ENTITY => Err(ToolError::Invalid),
        status => Err(ToolError::ServiceFailed(status.as_u16())),
    }
}

async fn read<T: serde::de::DeserializeOwned>(answer: Response) -> Result<T, ToolError> {
    let status = answer.status().as_u16();
    answer.json().await.map_err(|error| {
        if error.is_decode() {
            ToolError::ServiceFailed(status)
        } else {
            ToolError::Unreachable(error.without_url())
        }
    })
}
