{{/*
The Deployment of an extension: root is $, name that of the extension, values its values,
secrets the types of secrets that it reads.
*/}}
{{- define "odg.extension" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "odg.metadata" (dict "root" $.root "name" $.name) | nindent 2 }}
  annotations:
    resources.gardener.cloud/preserve-replicas: "true"
spec:
  # No replicas: they are the business of the backlog controller, and an upgrade that named
  # them would undo it. A new Deployment begins with one.
  selector:
    matchLabels:
      app: {{ $.name }}
      delivery-gear.gardener.cloud/service: {{ $.name }}
  template:
    metadata:
      labels:
        app: {{ $.name }}
        app.kubernetes.io/part-of: open-delivery-gear
        delivery-gear.gardener.cloud/service: {{ $.name }}
      {{- with include "odg.annotations" (dict "root" $.root "keys" (list "extensions_cfg" "findings" "ocm_repo_mappings")) }}{{ trim . | nindent 6 }}{{ end }}
    spec:
      serviceAccountName: {{ $.name }}
      {{- include "odg.pod" $.root | trim | nindent 6 }}
      # A worker that is told to stop ends the item that it works on.
      terminationGracePeriodSeconds: 300
      containers:
      - name: {{ $.name }}
        {{- include "odg.container" $.root | nindent 8 }}
        command: [/odg-extension, {{ $.name }}]
        env:
        {{- include "odg.env.pod" $.root | nindent 8 }}
        - name: SECRET_FACTORY_PATH
          value: /secrets
        {{- include "odg.env.files" (dict "files" (list "extensions_cfg" "findings_cfg" "ocm_repo_mappings")) | trim | nindent 8 }}
        {{- with $.values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        ports:
        - name: metrics
          containerPort: 8080
        readinessProbe:
          httpGet:
            path: /readyz
            port: metrics
          periodSeconds: 10
        livenessProbe:
          httpGet:
            path: /healthz
            port: metrics
          periodSeconds: 20
          timeoutSeconds: 5
          failureThreshold: 6
        resources: {{- toYaml $.values.resources | nindent 10 }}
        volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- include "odg.mounts.files" (dict "files" (list "extensions_cfg" "findings_cfg" "ocm_repo_mappings")) | trim | nindent 8 }}
        {{- include "odg.mounts.secrets" (dict "secrets" $.secrets) | trim | nindent 8 }}
      volumes:
      - name: tmp
        emptyDir:
          sizeLimit: {{ $.values.tmpSize }}
      {{- include "odg.volumes.files" (dict "files" (list "extensions_cfg" "findings_cfg" "ocm_repo_mappings")) | trim | nindent 6 }}
      {{- include "odg.volumes.secrets" (dict "secrets" $.secrets) | trim | nindent 6 }}
{{- end }}
