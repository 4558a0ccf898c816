# One image with all programs of ODG, for every workload of deploy/chart.
#
#   docker build --build-arg VERSION=v0.1.0 -t open-delivery-gear:v0.1.0 .

FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
# Modules change seldom: a layer of their own.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS TARGETARCH VERSION=devel
# No C library, no paths of the machine.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X github.com/opendeliverygear/odg/internal/cli.version=$VERSION" -o /out/ ./cmd/...
RUN mkdir -m 1777 /out/tmp

FROM scratch
ARG VERSION=devel
LABEL org.opencontainers.image.title="Open Delivery Gear" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ /
# Not root, and by number, so that Kubernetes can tell (runAsNonRoot).
USER 65532:65532
ENTRYPOINT ["/odg-core"]
CMD ["--productive"]
