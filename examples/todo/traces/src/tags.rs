//! What Jaeger's page expects of a span, and OTLP says otherwise.

use otlp_embedded::proto::collector::trace::v1::ExportTraceServiceRequest;
use otlp_embedded::proto::common::v1::any_value::Value;
use otlp_embedded::proto::common::v1::{AnyValue, KeyValue};
use otlp_embedded::proto::resource::v1::Resource;
use otlp_embedded::proto::trace::v1::Span;
use otlp_embedded::proto::trace::v1::span::SpanKind;
use otlp_embedded::proto::trace::v1::status::StatusCode;

const INSTANCE: &str = "service.instance.id";

/// The same spans, as the page shows them.
pub(crate) fn complete(mut request: ExportTraceServiceRequest) -> ExportTraceServiceRequest {
    for resource_spans in &mut request.resource_spans {
        name_instance(resource_spans.resource.get_or_insert_default());
        for scope_spans in &mut resource_spans.scope_spans {
            let scope = scope_spans.scope.as_ref().map(|scope| scope.name.clone());
            for span in &mut scope_spans.spans {
                tag(span, scope.clone().unwrap_or_default());
            }
        }
    }
    request
}

/// Processes are told apart by their instance alone, which services may share, or not have.
fn name_instance(resource: &mut Resource) {
    let service = text(&resource.attributes, "service.name").unwrap_or("unknown").to_owned();
    let instance = text(&resource.attributes, INSTANCE).unwrap_or_default();
    let name = format!("{service} {instance}").trim_end().to_owned();
    resource.attributes.retain(|attribute| attribute.key != INSTANCE);
    resource.attributes.push(attribute(INSTANCE, Value::StringValue(name)));
}

fn tag(span: &mut Span, scope: String) {
    let kind = match span.kind() {
        SpanKind::Server => "server",
        SpanKind::Client => "client",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal | SpanKind::Unspecified => "internal",
    };
    span.attributes.push(attribute("span.kind", Value::StringValue(kind.to_owned())));
    if !scope.is_empty() {
        span.attributes.push(attribute("otel.scope.name", Value::StringValue(scope)));
    }
    if span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error) {
        span.attributes.push(attribute("error", Value::BoolValue(true)));
    }
    // A clock that was set back: a duration below zero would be an overflow.
    span.end_time_unix_nano = span.end_time_unix_nano.max(span.start_time_unix_nano);
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }) }
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}
