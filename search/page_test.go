package search_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

// TestPages goes through entries of which some lack what they are sorted by.
func TestPages(t *testing.T) {
	t.Parallel()
	var all []metadata.Entry
	for i := range 17 {
		name, date := fmt.Sprintf(`"c%d"`, i%3), fmt.Sprintf("2026-01-%02dT00:00:00", 1+i%4)
		if i%5 == 0 {
			name = "null"
		}
		e := entry(t, fmt.Sprintf(`{"artefact":{"component_name":%s},"meta":{"datasource":"d","type":"t","creation_date":%q},"data":{"key":"%d"}}`, name, date, i))
		if i%7 == 0 {
			e.Meta.CreationDate = ""
		}
		all = append(all, e)
	}
	for _, sort := range []string{`[]`, `[{"field":"ocm.name"}]`, `[{"field":"ocm.name","order":"desc"},{"field":"meta.creation_date","order":"desc"}]`, `[{"field":"id"}]`, `[{"field":"meta.last_update"}]`} {
		for _, limit := range []int{1, 4, 17, 200} {
			t.Run(fmt.Sprint(sort, limit), func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				seen := map[string]bool{}
				cursor := []byte("null")
				for range 20 {
					r, err := search.Parse([]byte(fmt.Sprintf(`{"sort":%s,"limit":%d,"cursor":%s}`, sort, limit, cursor)))
					is.NoErr(err)
					q, err := search.Compile(r, search.Env{})
					is.NoErr(err)
					page := q.NewPage()
					for _, e := range all {
						page.Offer(search.Item{Entry: e})
					}
					result := page.Result()
					is.True(len(result.Items) <= limit)
					for _, e := range result.Items {
						is.True(!seen[e.ID()]) // each once
						seen[e.ID()] = true
					}
					if result.Next == nil {
						break
					}
					cursor, err = json.Marshal(result.Next)
					is.NoErr(err)
				}
				is.Equal(len(seen), len(all))
			})
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add([]byte(`{"criteria":[{"type":"fulltext","value":"*a*"}],"limit":3,"sort":[{"field":"id"}],"cursor":{"id":"x"}}`))
	f.Add([]byte(`{"criteria":[{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":">","value":1}]}`))
	f.Add([]byte(`{"criteria":[{"type":"ocm","value":"a:b","mode":"exclude"}]}`))
	e := entry(f, shop)
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := search.Parse(body)
		if err != nil {
			var fault search.Error
			if !errors.As(err, &fault) {
				t.Errorf("%T is no search.Error", err)
			}
			return
		}
		q, err := search.Compile(r, search.Env{Categories: categories})
		if err != nil {
			return
		}
		page := q.NewPage()
		page.Offer(search.Item{Entry: e})
		page.Offer(search.Item{Entry: e})
		if n := len(page.Result().Items); n > r.Limit && n > 2 {
			t.Errorf("%d items", n)
		}
	})
}
