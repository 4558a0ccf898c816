package metadata_test

import (
	"testing"

	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
)

// recordedInput are the recorded entries that are accepted.
func recordedInput(b *testing.B) (raw [][]byte, entries []metadata.Entry) {
	b.Helper()
	var recorded struct {
		Cases []recordedEntry `json:"cases"`
	}
	vectors.Load(b, "metadata_ids.json", &recorded)
	for _, c := range recorded.Cases {
		if e, err := metadata.ParseEntry(c.Entry); err == nil {
			raw, entries = append(raw, c.Entry), append(entries, e)
		}
	}
	return raw, entries
}

func BenchmarkEntryID(b *testing.B) {
	_, entries := recordedInput(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		entries[i%len(entries)].ID()
		i++
	}
}

func BenchmarkParseEntry(b *testing.B) {
	raw, _ := recordedInput(b)
	size := 0
	for _, data := range raw {
		size += len(data)
	}
	b.SetBytes(int64(size / len(raw)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := metadata.ParseEntry(raw[i%len(raw)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	_, entries := recordedInput(b)
	var buf []byte
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		buf = entries[i%len(entries)].AppendJSON(buf[:0])
		i++
	}
}

func BenchmarkReuseKey(b *testing.B) {
	_, entries := recordedInput(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		metadata.ReuseKey(entries[i%len(entries)])
		i++
	}
}

func BenchmarkStored(b *testing.B) {
	_, entries := recordedInput(b)
	types := metadata.BuiltinTypes()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e := &entries[i%len(entries)]
		types.Stored(e.Meta.Type, e.Data.Raw())
		i++
	}
}
