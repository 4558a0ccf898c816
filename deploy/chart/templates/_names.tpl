{{/* Namespace of all objects. */}}
{{- define "odg.namespace" -}}
{{- .Values.target_namespace | default .Release.Namespace -}}
{{- end }}

{{/* The image: a reference, or repository and tag or digest. */}}
{{- define "odg.image" -}}
{{- with .Values.image -}}
{{- if .ref -}}
{{- .ref -}}
{{- else -}}
{{- $tag := .tag | default $.Chart.AppVersion -}}
{{- $repository := required "name the image: image.repository (with image.tag), or image.ref" .repository -}}
{{- $repository }}{{ hasPrefix "sha256:" $tag | ternary "@" ":" }}{{ $tag -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Labels of every object. */}}
{{- define "odg.labels" -}}
app.kubernetes.io/part-of: open-delivery-gear
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Metadata of an object: dict "root" $ "name" "…". */}}
{{- define "odg.metadata" -}}
name: {{ .name }}
namespace: {{ include "odg.namespace" .root }}
labels:
  app.kubernetes.io/name: {{ .name }}
  {{- include "odg.labels" .root | nindent 2 }}
{{- end }}

{{/* Text of a configuration file from a value that is an object or text. */}}
{{- define "odg.file" -}}
{{- if kindIs "string" . }}{{ trimSuffix "\n" . }}{{ else }}{{ toYaml . }}{{ end -}}
{{- end }}

{{/* "true" if a file that need not be there is there: dict "root" $ "key" "sprints". */}}
{{- define "odg.has" -}}
{{- $values := .root.Values -}}
{{- if $values.bootstrapping.create -}}
{{- if index $values .key -}}true{{- end -}}
{{- else if has .key $values.bootstrapping.optional -}}true{{- end -}}
{{- end }}
