package kube

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Limits of log collections, which are those of existing installations, in bytes.
const (
	MaxLogBytes     = 750_000 // of the lines of a collection
	MaxMessageBytes = 10_000  // of a message
)

// DefaultLogInterval is the time between two flushes of a [LogKeeper].
const DefaultLogInterval = 2 * time.Minute

// levels are the collections, by zerolog's level. What is below is not kept.
var levels = map[string]string{
	zerolog.LevelInfoValue: "INFO", zerolog.LevelWarnValue: "WARNING",
	zerolog.LevelErrorValue: "ERROR", zerolog.LevelFatalValue: "ERROR", zerolog.LevelPanicValue: "ERROR",
}

// LogKeeper keeps the latest log lines of a service where the web UI shows them: in
// the log collections of the cluster. It is a writer of zerolog's lines, and
// [LogKeeper.Run] stores them from time to time. It is safe for concurrent use.
type LogKeeper struct {
	cfg LogKeeperConfig

	mu      sync.Mutex
	pending map[string][]LogLine // by level
	bytes   map[string]int       // about how much they take
}

// LogKeeperConfig configures a [LogKeeper]. Service is needed, all else has a default.
type LogKeeperConfig struct {
	Service  string        // service id, whose collections they are
	Pod      string        // who logs, which is told as the thread
	Interval time.Duration // between two flushes; default DefaultLogInterval
	// Log tells, once until it works again, that lines cannot be stored. It must not
	// write to the keeper. The zero value is silent.
	Log zerolog.Logger
}

// NewLogKeeper returns a keeper without lines. It needs no cluster yet.
func NewLogKeeper(cfg LogKeeperConfig) *LogKeeper {
	if cfg.Interval <= 0 {
		cfg.Interval = DefaultLogInterval
	}
	return &LogKeeper{cfg: cfg, pending: map[string][]LogLine{}, bytes: map[string]int{}}
}

// Write takes a line as zerolog writes it. Others, and those below info, are read
// over. It never fails and keeps no more than a collection may hold: then the oldest
// lines go.
func (k *LogKeeper) Write(line []byte) (int, error) {
	if l, ok := parseLogLine(line); ok {
		l.Name, l.Thread = k.cfg.Service, k.cfg.Pod
		k.mu.Lock()
		defer k.mu.Unlock()
		k.pending[l.LogLevel] = append(k.pending[l.LogLevel], l)
		k.bytes[l.LogLevel] += l.size()
		k.trim(l.LogLevel)
	}
	return len(line), nil
}

// trim drops the oldest lines that are too much.
func (k *LogKeeper) trim(level string) {
	lines, drop := k.pending[level], 0
	for ; k.bytes[level] > MaxLogBytes; drop++ {
		k.bytes[level] -= lines[drop].size()
	}
	k.pending[level] = lines[drop:]
}

// take removes and returns what is to be stored.
func (k *LogKeeper) take(level string) []LogLine {
	k.mu.Lock()
	defer k.mu.Unlock()
	lines := k.pending[level]
	delete(k.pending, level)
	delete(k.bytes, level)
	return lines
}

// giveBack puts lines before those that came since.
func (k *LogKeeper) giveBack(level string, lines []LogLine) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending[level] = append(lines, k.pending[level]...)
	for _, l := range lines {
		k.bytes[level] += l.size()
	}
	k.trim(level)
}

// size is how many bytes a line takes as JSON, with its comma.
func (l LogLine) size() int {
	text, _ := json.Marshal(l) // texts can be written
	return len(text) + 1
}

// parseLogLine reads a line of zerolog. Fields beside the message are told after it.
func parseLogLine(line []byte) (l LogLine, ok bool) {
	members, err := rawjson.Members(line)
	if err != nil {
		return l, false
	}
	at, text, rest := time.Now(), "", strings.Builder{}
	for _, m := range members {
		var value string
		if json.Unmarshal(m.Value, &value) != nil {
			value = string(m.Value)
		}
		switch m.Key {
		case zerolog.LevelFieldName:
			l.LogLevel = levels[value]
		case zerolog.MessageFieldName:
			text = value
		case zerolog.TimestampFieldName:
			if t, err := time.Parse(time.RFC3339Nano, value); err == nil {
				at = t
			}
		default:
			fmt.Fprintf(&rest, " %s=%s", m.Key, value)
		}
	}
	l.Timestamp = at.UTC().Format("2006-01-02T15:04:05.000Z")
	l.Message = text + rest.String()
	if len(l.Message) > MaxMessageBytes {
		l.Message = fmt.Sprintf("%s (the rest of %d bytes is in the log of the pod)", strings.ToValidUTF8(text[:min(len(text), 200)], ""), len(l.Message))
	}
	return l, l.LogLevel != ""
}
