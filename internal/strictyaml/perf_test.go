package strictyaml_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// BenchmarkParse reads files of growing size; the time per byte must not grow.
func BenchmarkParse(b *testing.B) {
	for _, keys := range []int{100, 1000, 10_000} {
		var text strings.Builder
		for i := range keys {
			fmt.Fprintf(&text, "key%d: {type: finding/osid, values: [1, two]}\n", i)
		}
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if _, err := strictyaml.Parse("f.yaml", []byte(text.String())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
