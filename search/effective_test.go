package search_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/search"
)

// TestEffectiveCriteria compares a finding that is due, one that is solved, and what
// is no finding at all.
func TestEffectiveCriteria(t *testing.T) {
	t.Parallel()
	due := search.Item{Entry: entry(t, shop), Effective: &rescore.Effective{Severity: "HIGH", Value: 4, Due: "2026-11-30", Rescoring: "aa"}}
	solved := search.Item{Entry: entry(t, shop), Effective: &rescore.Effective{Severity: "NONE"}}
	unclear := search.Item{Entry: entry(t, shop), Effective: &rescore.Effective{Severity: "gone", Value: rescore.UnknownValue}}
	other := item(t, shop)
	for name, tc := range map[string]struct {
		criterion string
		want      string // which hold: d, s, u and o
	}{
		"severity":               {`"attr":"effective.severity","value":"HIGH"`, "d"},
		"severity of some":       {`"attr":"effective.severity","op":"in","values":["NONE","gone"]`, "su"},
		"severity by wildcard":   {`"attr":"effective.severity","value":"h*"`, "d"},
		"all but a severity":     {`"attr":"effective.severity","value":"HIGH","mode":"exclude"`, "su"},
		"severity by its value":  {`"attr":"effective.severity","op":"cmp","cmp":">=","value":"HIGH"`, "d"},
		"less than a severity":   {`"attr":"effective.severity","op":"cmp","cmp":"<","value":"HIGH"`, "su"},
		"severity by number":     {`"attr":"effective.severity","op":"cmp","cmp":"<","value":0`, "u"},
		"value":                  {`"attr":"effective.value","value":4`, "d"},
		"value of some":          {`"attr":"effective.value","op":"in","values":["0","4"]`, "ds"},
		"value is compared":      {`"attr":"effective.value","op":"cmp","cmp":"!=","value":"4"`, "su"},
		"all but a value":        {`"attr":"effective.value","value":"-1","mode":"exclude"`, "ds"},
		"due on a day":           {`"attr":"effective.due","value":"2026-11-30"`, "d"},
		"due on other days":      {`"attr":"effective.due","value":"2026-11-30","mode":"exclude"`, "su"},
		"due on one of some":     {`"attr":"effective.due","op":"in","values":["2026-11-30",""]`, "dsu"},
		"due before":             {`"attr":"effective.due","op":"cmp","cmp":"<","value":"2026-12-01"`, "d"},
		"due later":              {`"attr":"effective.due","op":"cmp","cmp":">","value":"2026-11-30"`, ""},
		"due, but not then":      {`"attr":"effective.due","op":"cmp","cmp":"!=","value":"2026-12-01"`, "d"},
		"not due later":          {`"attr":"effective.due","op":"cmp","cmp":">","value":"2026-11-30","mode":"exclude"`, "d"},
		"due in a range":         {`"attr":"effective.due","op":"range","gte":"2026-11-30","lte":"2026-11-30"`, "d"},
		"due out of a range":     {`"attr":"effective.due","op":"range","gte":"2026-12-01"`, ""},
		"never due":              {`"attr":"effective.due","value":""`, "su"},
		"due some day":           {`"attr":"effective.due","value":"","mode":"exclude"`, "d"},
		"rescored":               {`"attr":"effective.rescoring","value":"","mode":"exclude"`, "d"},
		"not rescored":           {`"attr":"effective.rescoring","value":""`, "su"},
		"rescored by":            {`"attr":"effective.rescoring","op":"in","values":["aa"]`, "d"},
		"any finding":            {`"attr":"effective.rescoring","value":"*"`, "dsu"},
		"compared as text, both": {`"attr":"effective.rescoring","op":"cmp","cmp":">=","value":"aa"`, "d"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := compile(t, `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"acme/check"},{"type":"artefact-metadata",`+tc.criterion+`}]}`)
			got := ""
			for letter, i := range map[string]search.Item{"d": due, "s": solved, "u": unclear, "o": other} {
				if q.Matches(i) {
					got += letter
				}
			}
			is := is.New(t)
			is.True(q.Effective())
			is.Equal(len(got), len(tc.want))
			for _, letter := range tc.want {
				is.True(strings.ContainsRune(got, letter)) // of those that it should hold for
			}
		})
	}
}

func TestEffectiveIsNeeded(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{}`:                                   false,
		`{"effective":true}`:                   true,
		`{"effective":false}`:                  false,
		`{"sort":[{"field":"effective.due"}]}`: true,
		`{"criteria":[{"type":"ocm","value":"c"}]}`:                                             false,
		`{"criteria":[{"type":"fulltext","value":"x","fields":["type","effective.severity"]}]}`: true,
	} {
		is.New(t).Equal(compile(t, body).Effective(), want)
	}
}

func TestEffectiveFaults(t *testing.T) {
	t.Parallel()
	for criterion, want := range map[string]string{
		`"attr":"effective.value","value":"HIGH"`:                           `effective.value: "HIGH" is no integer`,
		`"attr":"effective.value","op":"in","values":[]`:                    "op in needs values",
		`"attr":"effective.value","op":"range","gte":"1"`:                   "unsupported op='range'",
		`"attr":"effective.value","op":"cmp","cmp":"~","value":"1"`:         "unsupported cmp op='~'",
		`"attr":"effective.due","value":"soon"`:                             `effective.due: "soon" is no date`,
		`"attr":"effective.due","op":"cmp","cmp":"<","value":""`:            "is no date",
		`"attr":"effective.due","op":"in","values":[]`:                      "op in needs values",
		`"attr":"effective.due","op":"range","gte":"soon"`:                  "invalid gte for effective.due: soon",
		`"attr":"effective.severity","op":"cmp","cmp":">","value":"HIGH"`:   `effective.severity: "HIGH" is the severity of one finding type; say which`,
		`"attr":"effective.severity","op":"cmp","cmp":"like","value":"1"`:   "unsupported cmp op='like'",
		`"attr":"effective.until","value":"1"`:                              "unknown attr='effective.until'",
		`"attr":"type","value":"x"}],"effective":3,"x":[{"type":"fulltext"`: "effective: want true or false, not a number",
	} {
		r, err := search.Parse([]byte(`{"criteria":[{"type":"artefact-metadata",` + criterion + `}]}`))
		if err == nil {
			_, err = search.Compile(r, search.Env{})
		}
		var fault search.Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want it to say %q", criterion, err, want)
		}
	}
}

// TestEffectiveOrder has what has no due date, and no value, last.
func TestEffectiveOrder(t *testing.T) {
	t.Parallel()
	var items []search.Item
	for i, e := range []*rescore.Effective{
		nil, {Value: 10}, {Value: 9, Due: "2026-12-01"}, {Value: -1}, {Value: 4, Due: "2026-11-30"}, {Value: 9, Due: "0999-11-30"},
	} {
		items = append(items, search.Item{Entry: entry(t, strings.Replace(shop, `"key":"k"`, fmt.Sprintf(`"key":"%d"`, i), 1)), Effective: e})
	}
	for sort, want := range map[string]string{
		`{"field":"effective.due"}`:                                "542", // and the others
		`{"field":"effective.due","order":"desc"}`:                 "245",
		`{"field":"effective.severity"}`:                           "34", // 2 and 5 are equal
		`{"field":"effective.severity","order":"desc"}`:            "1",
		`{"field":"effective.severity"},{"field":"effective.due"}`: "345210",
	} {
		for _, limit := range []int{1, 2, 50} {
			t.Run(fmt.Sprint(sort, limit), func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				got, cursor := "", []byte("null")
				for range 10 {
					page := compile(t, fmt.Sprintf(`{"sort":[%s],"limit":%d,"cursor":%s}`, sort, limit, cursor)).NewPage()
					for _, i := range items {
						page.Offer(i)
					}
					result := page.Result()
					for _, i := range result.Items {
						key, _ := i.Data.Key()
						got += strings.TrimSuffix(key, "|")
					}
					if result.Next == nil {
						break
					}
					var err error
					cursor, err = json.Marshal(result.Next)
					is.NoErr(err)
				}
				is.Equal(len(got), len(items))
				is.True(strings.HasPrefix(got, want))
			})
		}
	}
}

func TestEffectivePlaces(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	q := compile(t, `{"sort":[{"field":"effective.due"},{"field":"effective.severity"}],"cursor":{"effective.due":"2026-12-01","effective.severity":4,"id":"b"}}`)
	at, err := metadata.Date("2026-12-01").Time()
	is.NoErr(err)
	is.Equal(q.Start(), []search.Key{{Text: "2026-12-01", At: at}, {Text: "4", Number: 4}, {Text: "b"}})
	is.True(q.Order()[0].IsTime())
	is.True(q.Order()[1].IsNumber())
	for field, text := range map[string]string{"effective.due": "2026-12-01T10:00:00", "effective.severity": "HIGH"} {
		_, err := search.Compile(search.Request{Sort: []search.Sort{{Field: field}}, Cursor: search.Cursor{field: &text, "id": new("x")}}, search.Env{})
		var fault search.Error
		is.True(errors.As(err, &fault))
	}
}

func TestConditionsOnEffectiveValues(t *testing.T) {
	t.Parallel()
	for criterion, want := range map[string][2]bool{
		`"type":"artefact-metadata","attr":"type","value":"x"`:                                     {false, false},
		`"type":"artefact-metadata","attr":"effective.due","value":""`:                             {true, true},
		`"type":"fulltext","value":"x","fields":["type","effective.severity"]`:                     {true, false},
		`"type":"fulltext","value":"x","fields":["type","effective.severity"],"mode":"exclude"`:    {true, true},
		`"type":"artefact-metadata","attr":"effective.rescoring","op":"cmp","cmp":"<","value":"a"`: {true, true},
		`"type":"artefact-metadata","attr":"effective.due","op":"range"`:                           {true, true},
	} {
		some, always := compile(t, `{"criteria":[{`+criterion+`}]}`).Conditions()[0].Effective()
		is.New(t).Equal([2]bool{some, always}, want)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	q := compile(t, `{"sort":[{"field":"effective.due"}]}`)
	early := search.Item{Entry: entry(t, shop), Effective: &rescore.Effective{Due: "2026-11-30"}}
	late := search.Item{Entry: entry(t, shop), Effective: &rescore.Effective{Due: "2026-12-01"}}
	is.True(q.Compare(early, late) < 0)
	is.True(q.Compare(item(t, shop), late) > 0)
	is.Equal(q.Compare(early, early), 0)
}

func TestItemJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := item(t, shop)
	plain, err := json.Marshal(i)
	is.NoErr(err)
	entryText, err := json.Marshal(i.Entry)
	is.NoErr(err)
	is.Equal(string(plain), string(entryText)) // as ever where nobody asks

	i.Effective = &rescore.Effective{Severity: "HIGH", Value: 4, Due: "2026-12-01"}
	text, err := json.Marshal(i)
	is.NoErr(err)
	is.Equal(string(text), strings.TrimSuffix(string(entryText), "}")+`,"effective":{"severity":"HIGH","value":4,"due_date":"2026-12-01"}}`)
}
