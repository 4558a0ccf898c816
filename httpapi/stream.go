package httpapi

import (
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// chunk is how much of an answer is sent at a time, before compression.
const chunk = 64 << 10

// stream writes what has a JSON form as it comes, as a JSON list or one per line.
func stream[T interface{ AppendJSON([]byte) []byte }](w http.ResponseWriter, r *http.Request, entries iter.Seq2[T, error]) error {
	form := listForm
	if accepts(r, contentTypeNDJSON) {
		form = linesForm
	}
	out := &chunkWriter{w: w, r: r, contentType: form.contentType}
	buffer := make([]byte, 0, chunk+4<<10)
	buffer = append(buffer, form.open...)
	first := true
	for e, err := range entries {
		if err != nil {
			return out.fail(err)
		}
		if !first {
			buffer = append(buffer, form.between...)
		}
		first = false
		at := len(buffer)
		buffer = e.AppendJSON(buffer)
		if form == linesForm {
			joinLines(buffer[at:])
		}
		buffer = append(buffer, form.after...)
		if len(buffer) >= chunk {
			if err := out.write(buffer); err != nil {
				return sent(err)
			}
			buffer = buffer[:0]
		}
	}
	return sent(out.close(append(buffer, form.close...)))
}

type form struct{ contentType, open, between, after, close string }

var (
	listForm  = form{"application/json", "[", ",", "", "]"}
	linesForm = form{contentTypeNDJSON, "", "", "\n", ""}
)

// joinLines blanks line breaks. Data is kept as it came, so there may be some
// between its values; inside of strings they are escaped.
func joinLines(json []byte) {
	for i, b := range json {
		if b == '\n' || b == '\r' {
			json[i] = ' '
		}
	}
}

// chunkWriter sends chunks, compressed if the client offers it. Before the first
// one nothing is sent, so that an error has a status of its own.
type chunkWriter struct {
	w           http.ResponseWriter
	r           *http.Request
	contentType string
	began       bool
	encoder     interface {
		io.WriteCloser
		Flush() error
	}
}

func (c *chunkWriter) begin() {
	c.began = true
	header := c.w.Header()
	header.Set("Content-Type", c.contentType)
	header.Add("Vary", "Accept-Encoding")
	switch encoding := offered(c.r.Header.Values("Accept-Encoding")); encoding {
	case "deflate":
		header.Set("Content-Encoding", encoding)
		c.encoder, _ = zlib.NewWriterLevel(c.w, zlib.BestSpeed) // the level exists
	case "gzip":
		header.Set("Content-Encoding", encoding)
		c.encoder, _ = gzip.NewWriterLevel(c.w, gzip.BestSpeed)
	}
	c.w.WriteHeader(http.StatusOK)
}

func (c *chunkWriter) write(p []byte) error {
	if !c.began {
		c.begin()
	}
	conn := http.NewResponseController(c.w)
	if c.encoder == nil {
		if _, err := c.w.Write(p); err != nil {
			return err
		}
		return conn.Flush()
	}
	if _, err := c.encoder.Write(p); err != nil {
		return err
	}
	if err := c.encoder.Flush(); err != nil {
		return err
	}
	return conn.Flush()
}

func (c *chunkWriter) close(rest []byte) error {
	if err := c.write(rest); err != nil || c.encoder == nil {
		return err
	}
	return c.encoder.Close()
}

func (c *chunkWriter) fail(err error) error {
	if c.began {
		return sent(err)
	}
	return err
}

// offered picks the encoding that existing servers prefer among those of a client:
// deflate before gzip, none if it refuses both.
func offered(headers []string) string {
	found := map[string]bool{}
	for item := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		name, params, _ := strings.Cut(item, ";")
		weight := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			weight, _ = strconv.ParseFloat(q, 64) // what is no number refuses
		}
		found[strings.ToLower(strings.TrimSpace(name))] = weight > 0
	}
	for _, encoding := range []string{"deflate", "gzip"} {
		if found[encoding] {
			return encoding
		}
	}
	return ""
}
