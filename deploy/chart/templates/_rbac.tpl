{{/* A ServiceAccount with a Role of its own: dict "root" $ "name" "…" "rules" (text). */}}
{{- define "odg.account" }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "odg.metadata" . | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  {{- include "odg.metadata" . | nindent 2 }}
rules:
{{ .rules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "odg.metadata" . | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name }}
subjects:
- kind: ServiceAccount
  name: {{ .name }}
  namespace: {{ include "odg.namespace" .root }}
{{- end }}
