{{/* Parts of the pods. All of them pass the Pod Security level "restricted". */}}

{{- define "odg.pod" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "odg.container" -}}
image: {{ include "odg.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* Name of this pod, which claims carry, and the namespace of the custom resources. */}}
{{- define "odg.env.pod" -}}
- name: HOSTNAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: K8S_TARGET_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- end }}

{{/* Variables that name configuration files: dict "files" (list "extensions_cfg" …). */}}
{{- define "odg.env.files" -}}
{{- range .files }}
- name: {{ upper . }}_PATH
  value: /{{ . }}/{{ . }}
{{- end }}
{{- end }}

{{- define "odg.mounts.files" -}}
{{- range .files }}
- name: {{ . | replace "_" "-" }}
  mountPath: /{{ . }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "odg.volumes.files" -}}
{{- range .files }}
- name: {{ . | replace "_" "-" }}
  {{- if eq . "features_cfg" }}
  secret:
    secretName: features-cfg
  {{- else }}
  configMap:
    name: {{ . | replace "_" "-" }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Secrets: dict "secrets" (list "github" …). None of them need be there. */}}
{{- define "odg.mounts.secrets" -}}
{{- range .secrets }}
- name: secret-factory-{{ . }}
  mountPath: /secrets/{{ . }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "odg.volumes.secrets" -}}
{{- range .secrets }}
- name: secret-factory-{{ . }}
  secret:
    secretName: secret-factory-{{ . }}
    optional: true
{{- end }}
{{- end }}

{{/* Annotations of a pod: dict "root" $ "keys" (list of values that its program reads only
     once, so that a change of them restarts it). */}}
{{- define "odg.annotations" -}}
{{- $annotations := dict -}}
{{- if and .keys .root.Values.bootstrapping.create -}}
{{- $text := "" -}}
{{- range .keys }}{{ $text = print $text (toYaml (index $.root.Values .)) }}{{ end -}}
{{- $_ := set $annotations "checksum/configuration" (sha256sum $text) -}}
{{- end -}}
{{- with merge $annotations .root.Values.podAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end }}
