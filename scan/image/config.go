package image

import (
	"cmp"
	"errors"
	"fmt"
)

// Sentinels of this package.
var (
	// ErrNotImage says that the content is no OCI image, whatever it is declared as.
	ErrNotImage = errors.New("not an OCI image")
	// ErrBudget says that an image is larger than the [Config] allows.
	ErrBudget = errors.New("image exceeds its budget")
	// ErrCorrupt says that content does not match its digest or its format.
	ErrCorrupt = errors.New("image is corrupt")
	// ErrAccess says that a resource's type of access is none of images or blobs.
	ErrAccess = errors.New("access type holds no image")
	// ErrElsewhere says that an image is not where it refers to, as far as the repository
	// of its component may look for it.
	ErrElsewhere = errors.New("image is out of reach")
)

// Config bounds what a single [Reader.Read] may cost. Zero fields take the
// default; the zero Config works.
type Config struct {
	// MaxLayerBytes bounds one layer after decompression. Default 8 GiB.
	MaxLayerBytes int64
	// MaxTotalBytes bounds all layers of all platforms together after
	// decompression, and the archive around them. Default 32 GiB.
	MaxTotalBytes int64
	// MaxEntries bounds the tar entries of one layer. Default 2,000,000.
	MaxEntries int
	// MaxFileBytes bounds a wanted file. A larger one is an error. Default 1 MiB.
	MaxFileBytes int64
	// MaxDocumentBytes bounds a manifest, index or image configuration, and, eight
	// times that, all of them together. Default 4 MiB.
	MaxDocumentBytes int64
	// MaxImages bounds the platforms of an index. Default 64.
	MaxImages int
	// MaxLayers bounds the layers of one image. Default 512.
	MaxLayers int
	// MaxPasses bounds how often an image is read to follow links that leave the
	// wanted paths. Default 3.
	MaxPasses int
}

// Validate returns all faults of c: negative budgets.
func (c Config) Validate() error {
	var errs []error
	for _, f := range []struct {
		name  string
		value int64
	}{
		{"MaxLayerBytes", c.MaxLayerBytes},
		{"MaxTotalBytes", c.MaxTotalBytes},
		{"MaxEntries", int64(c.MaxEntries)},
		{"MaxFileBytes", c.MaxFileBytes},
		{"MaxDocumentBytes", c.MaxDocumentBytes},
		{"MaxImages", int64(c.MaxImages)},
		{"MaxLayers", int64(c.MaxLayers)},
		{"MaxPasses", int64(c.MaxPasses)},
	} {
		if f.value < 0 {
			errs = append(errs, fmt.Errorf("image budget %s is %d, want 0 for the default or more", f.name, f.value))
		}
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	const mib = 1 << 20
	return Config{
		MaxLayerBytes:    cmp.Or(c.MaxLayerBytes, 8<<10*mib),
		MaxTotalBytes:    cmp.Or(c.MaxTotalBytes, 32<<10*mib),
		MaxEntries:       cmp.Or(c.MaxEntries, 2_000_000),
		MaxFileBytes:     cmp.Or(c.MaxFileBytes, mib),
		MaxDocumentBytes: cmp.Or(c.MaxDocumentBytes, 4*mib),
		MaxImages:        cmp.Or(c.MaxImages, 64),
		MaxLayers:        cmp.Or(c.MaxLayers, 512),
		MaxPasses:        cmp.Or(c.MaxPasses, 3),
	}
}

// budget is what is left of the bytes of one read.
type budget struct {
	what string
	left int64
}

func (b *budget) spend(n int64) error {
	if b.left -= n; b.left < 0 {
		return fmt.Errorf("%w: %s", ErrBudget, b.what)
	}
	return nil
}
