package ctf

import (
	"errors"
	"fmt"
)

// Config bounds what an archive may make us do. In each field 0 stands for the
// default.
type Config struct {
	// MaxEntries limits the entries of a tar, default 1,000,000.
	MaxEntries int
	// MaxTotalBytes limits the decompressed size of a tar, default 1 TiB.
	MaxTotalBytes int64
	// MaxBlobBytes limits one blob, default 64 GiB.
	MaxBlobBytes int64
	// MaxDocumentBytes limits what is read into memory at once: index, manifests,
	// descriptors and their tars. Default 64 MiB.
	MaxDocumentBytes int64
	// MaxRatio limits how many bytes a gzipped tar may decompress to per byte of
	// the file, looked at from the 64th MiB on. Default 200; ordinary archives
	// stay below 20, and no gzip stream exceeds 1032.
	MaxRatio int64
	// MaxMemoryBytes is how much of a gzipped tar is kept in memory, default 256 MiB.
	MaxMemoryBytes int64
	// MaxCachedBlobBytes is the largest blob that is kept, default 16 MiB.
	MaxCachedBlobBytes int64
}

// Validate reports every field that is negative.
func (c Config) Validate() error {
	var faults []error
	for _, field := range []struct {
		name  string
		value int64
	}{
		{"MaxEntries", int64(c.MaxEntries)}, {"MaxTotalBytes", c.MaxTotalBytes},
		{"MaxBlobBytes", c.MaxBlobBytes}, {"MaxDocumentBytes", c.MaxDocumentBytes},
		{"MaxRatio", c.MaxRatio}, {"MaxMemoryBytes", c.MaxMemoryBytes},
		{"MaxCachedBlobBytes", c.MaxCachedBlobBytes},
	} {
		if field.value < 0 {
			faults = append(faults, fmt.Errorf("%s is %d, want 0 for the default or more", field.name, field.value))
		}
	}
	return errors.Join(faults...)
}

func (c Config) withDefaults() Config {
	orDefault(&c.MaxTotalBytes, 1<<40)
	orDefault(&c.MaxBlobBytes, 64<<30)
	orDefault(&c.MaxDocumentBytes, 64<<20)
	orDefault(&c.MaxRatio, 200)
	orDefault(&c.MaxMemoryBytes, 256<<20)
	orDefault(&c.MaxCachedBlobBytes, 16<<20)
	if c.MaxEntries == 0 {
		c.MaxEntries = 1_000_000
	}
	return c
}

func orDefault(field *int64, value int64) {
	if *field == 0 {
		*field = value
	}
}
