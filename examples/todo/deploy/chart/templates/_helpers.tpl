{{- define "todo.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
{{- if ne .Release.Name .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- end }}

{{- define "todo.metadata" -}}
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "todo.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .Release.Service }}
  helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Labels, or all metadata, of another part than the service: (list . "web" "selector"). */}}
{{- define "todo.part" -}}
{{- $root := index . 0 }}{{ $part := index . 1 }}
{{- if eq (index . 2) "metadata" -}}
name: {{ $root.Release.Name }}-{{ $part }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "todo.part" (list $root $part "selector") | nindent 2 }}
  app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ $root.Release.Service }}
  helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version }}
{{- else -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}-{{ $part }}
{{- if ne $root.Release.Name $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- end }}
{{- end }}
{{- end }}
