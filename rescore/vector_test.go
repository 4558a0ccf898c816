package rescore_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/rescore"
)

const worst = "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"

func TestParseVector(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"plain":                worst,
		"3.0":                  "CVSS:3.0/" + worst,
		"3.1":                  "CVSS:3.1/" + worst,
		"any order":            "A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N",
		"temporal and similar": "CVSS:3.1/" + worst + "/E:P/RL:O/RC:C/MAV:L/CR:H",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			v, err := rescore.ParseVector(in)
			is.NoErr(err)
			is.Equal(v.String(), worst)
			is.Equal(v.Value("AV"), "N")
			is.Equal(v.Value("XX"), "")
		})
	}
}

func TestParseVectorRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, message string }{
		"empty":          {"", "is no metric"},
		"CVSS v2":        {"AV:N/AC:L/Au:N/C:P/I:P/A:P", "metric Au is unknown"},
		"CVSS v4":        {"CVSS:4.0/" + worst, "metric CVSS is unknown"},
		"missing metric": {"AV:N", `metric AC (attack_complexity) is ""`},
		"wrong value":    {strings.Replace(worst, "S:U", "S:N", 1), "metric S (scope) is \"N\", want one of U, C"},
		"long value":     {strings.Replace(worst, "AV:N", "AV:NA", 1), "metric AV"},
		"twice":          {worst + "/AV:L", "metric AV occurs twice"},
		"prefix behind":  {worst + "/CVSS:3.1", "metric CVSS is unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := rescore.ParseVector(c.in)
			is.True(errors.Is(err, rescore.ErrVector))
			is.True(strings.Contains(err.Error(), c.message)) // says what is wrong
		})
	}
}

func TestVectorJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var a, b rescore.Vector
	is.NoErr(json.Unmarshal([]byte(`"`+worst+`"`), &a))
	out, err := json.Marshal(a)
	is.NoErr(err)
	is.Equal(string(out), `{"access_vector":"N","attack_complexity":"L","user_interaction":"N","privileges_required":"N",`+
		`"scope":"U","confidentiality":"H","integrity":"H","availability":"H"}`)
	is.NoErr(json.Unmarshal(out, &b))
	is.Equal(a, b)
	for _, in := range []string{`{}`, `7`, `"AV:N"`, `{"access_vector":7}`} {
		is.True(errors.Is(json.Unmarshal([]byte(in), &a), rescore.ErrVector)) // refused
	}
}

func FuzzVector(f *testing.F) {
	f.Add(worst)
	f.Add("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:C/C:N/I:L/A:N/E:P")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := rescore.ParseVector(s)
		is := is.New(t)
		if err != nil {
			is.True(errors.Is(err, rescore.ErrVector))
			return
		}
		is.NoErr(v.Validate())
		again, err := rescore.ParseVector(v.String())
		is.NoErr(err)
		is.Equal(again, v)
		out, err := json.Marshal(v)
		is.NoErr(err)
		is.NoErr(json.Unmarshal(out, &again))
		is.Equal(again, v)
	})
}

func FuzzRuleParts(f *testing.F) {
	f.Add("network_exposure:public")
	f.Add("AV:N")
	f.Add("set-to-NONE")
	f.Fuzz(func(t *testing.T, s string) {
		is := is.New(t)
		if c, err := rescore.ParseCategoryValue(s); err == nil {
			again, err := rescore.ParseCategoryValue(c.String())
			is.NoErr(err)
			is.Equal(again, c)
		}
		if c, err := rescore.ParseCVEValue(s); err == nil {
			is.Equal(c.String(), s)
		}
		if o, err := rescore.ParseOperation(s); err == nil {
			is.Equal("set-to-"+o.Apply("any"), s)
		}
	})
}
