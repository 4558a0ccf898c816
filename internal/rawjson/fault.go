package rawjson

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault says where in a document something is wrong.
type Fault struct {
	// Path leads there, such as entries[3].data.cve; empty for the whole document.
	Path string
	// Err says what is wrong.
	Err error
}

// Error names the path and the fault.
func (f *Fault) Error() string {
	if f.Path == "" {
		return f.Err.Error()
	}
	return f.Path + ": " + f.Err.Error()
}

// Unwrap returns the fault without its path.
func (f *Fault) Unwrap() error { return f.Err }

// within puts a step in front of the path of err.
func within(step string, err *Fault) *Fault {
	if err.Path != "" && !strings.HasPrefix(err.Path, "[") {
		step += "."
	}
	return &Fault{step + err.Path, err.Err}
}

// pathDepth is how deep faults are located: each level reads its values once more.
const pathDepth = 20

// textFault finds the text that [CheckText] refuses, nil if there is none. Below
// the given depth it does not say where.
func textFault(value []byte, depth int) *Fault {
	if depth == 0 {
		return faultOf(checkText(value))
	}
	if each, ok := Each(value); ok {
		for i, element := range each {
			if f := textFault(element, depth-1); f != nil {
				return within("["+strconv.Itoa(i)+"]", f)
			}
		}
		return nil
	}
	i := SkipSpace(value, 0)
	if value[i] != '{' {
		return faultOf(checkText(value))
	}
	for i = SkipSpace(value, i+1); value[i] != '}'; {
		keyEnd := SkipString(value, i)
		if f := faultOf(checkText(value[i:keyEnd])); f != nil {
			return &Fault{Err: fmt.Errorf("key: %w", f.Err)}
		}
		start := SkipColon(value, keyEnd)
		end := SkipValue(value, start)
		if f := textFault(value[start:end], depth-1); f != nil {
			key, _ := String(value[i:keyEnd])
			return within(key, f)
		}
		i = SkipNext(value, end)
	}
	return nil
}

func faultOf(err error) *Fault {
	if err == nil {
		return nil
	}
	return &Fault{Err: err}
}
