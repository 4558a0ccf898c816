package memory_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestBlobs(t *testing.T) {
	t.Parallel()
	storetest.RunBlobs(t, func(*testing.T) store.Blobs { return memory.New() })
}

func ExampleStore_PutBlob() {
	ctx := context.Background()
	s := memory.New()
	defer s.Close()
	const sbom = `{"bomFormat":"CycloneDX"}`
	blob, err := s.PutBlob(ctx, store.Blob{
		Digest:    "sha256:2e01b8740d2b1c7ff47487ab94ff0f7f4d2853f3d985cd6d7e381c4aa5ef9afa",
		MediaType: "application/json", Created: time.Now(),
	}, strings.NewReader(sbom))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, content, err := s.OpenBlob(ctx, blob.Digest)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer content.Close()
	text, err := io.ReadAll(content)
	fmt.Println(blob.Size, blob.MediaType, string(text), err)
	// Output:
	// 25 application/json {"bomFormat":"CycloneDX"} <nil>
}
