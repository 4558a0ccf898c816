package ctf

import "bytes"

type buffer struct{ *bytes.Reader }

func (buffer) Close() error { return nil }

// OpenBytes is Open for a tar or gzipped tar in memory.
func OpenBytes(data []byte, cfg Config) (*Archive, error) {
	cfg = cfg.withDefaults()
	files, err := openTar(buffer{bytes.NewReader(data)}, int64(len(data)), cfg)
	if err != nil {
		return nil, err
	}
	return newArchive("memory", files, cfg)
}
