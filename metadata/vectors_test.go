package metadata_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
)

// recordedEntry is a case of metadata_ids.json.
type recordedEntry struct {
	Case     string          `json:"case"`
	Comment  string          `json:"comment"`
	Entry    json.RawMessage `json:"entry"`
	Expected struct {
		Parse       vectors.Result[bool]            `json:"parse"`
		DataClass   string                          `json:"data_class"`
		Serialised  vectors.Result[json.RawMessage] `json:"serialised"`
		Key         vectors.Result[string]          `json:"key"`
		ID          vectors.Result[string]          `json:"id"`
		Specificity vectors.Result[string]          `json:"specificity"`
		DBRow       vectors.Result[recordedRow]     `json:"db_row"`
	} `json:"expected"`
}

type recordedRow struct {
	ID             string  `json:"id"`
	DataKey        *string `json:"data_key"`
	ReferencedType *string `json:"referenced_type"`
}

// given is what the test itself reads from the entry of a case.
type given struct {
	Meta struct {
		Type         metadata.Type    `json:"type"`
		CreationDate *json.RawMessage `json:"creation_date"`
	} `json:"meta"`
	Data json.RawMessage `json:"data"`
}

// classes are the recorded names of the classes, by type.
var classes = map[metadata.Type][]string{
	metadata.TypeVulnerability: {"VulnerabilityFinding"},
	metadata.TypeLicense:       {"LicenseFinding"},
	metadata.TypeIP:            {"IPFinding"},
	metadata.TypeMalware:       {"ClamAVMalwareFinding"},
	metadata.TypeSAST:          {"SastFinding"},
	metadata.TypeCodeQL:        {"CodeqlFinding"},
	metadata.TypeOSIDFinding:   {"OsIdFinding"},
	metadata.TypeCrypto:        {"CryptoFinding"},
	metadata.TypeDiki:          {"DikiFinding"},
	metadata.TypeFalco:         {"FalcoFinding"},
	metadata.TypeKyverno:       {"KyvernoFinding"},
	metadata.TypeGHAS:          {"GitHubSecretFinding"},
	metadata.TypeInventory:     {"InventoryFinding"},
	metadata.TypeStructureInfo: {"StructureInfo"},
	metadata.TypeCryptoAsset:   {"CryptoAsset"},
	metadata.TypeResponsibles:  {"ResponsibleInfo"},
	metadata.TypeWriteback:     {"LicenseScannerWriteback", "PackageVersionScannerWriteback"},
	metadata.TypeRescoring:     {"CustomRescoring"},
	metadata.TypeSnapshot:      {"ComplianceSnapshot"},
	metadata.TypeUUID:          {"ArtefactUUID"},
	metadata.TypeSLAViolation:  {"SlaViolations"},
}

// deviation returns the number of the rule of deviations.md by which a case
// differs, or "".
func (c recordedEntry) deviation(g given) string {
	want, known := classes[g.Meta.Type]
	switch {
	case c.Expected.Parse.Failed():
		return ""
	case badText(c.Entry):
		return "D25" // NUL, or half a surrogate pair
	case known && !slices.Contains(want, c.Expected.DataClass), !known && c.Expected.DataClass != "dict":
		return "D3" // the peer went by the shape of the data
	case c.Expected.Key.Failed():
		return "D4" // the peer fails later, when it needs the key
	case g.Meta.CreationDate != nil && !isTime(*g.Meta.CreationDate):
		return "D25"
	}
	return ""
}

// badText tells if a text cannot be stored. Go reads half a surrogate pair as
// U+FFFD, which the recorded entries do not have otherwise.
func badText(entry []byte) bool {
	var v any
	if json.Unmarshal(entry, &v) != nil {
		return true
	}
	s := fmt.Sprint(v)
	return strings.ContainsRune(s, 0) || strings.ContainsRune(s, utf8.RuneError)
}

func isTime(value json.RawMessage) bool {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return false
	}
	_, err := metadata.ParseTimestamp(s)
	return err == nil
}

func TestParseEntryVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Cases []recordedEntry `json:"cases"`
	}
	vectors.Load(t, "metadata_ids.json", &recorded)
	is.New(t).True(len(recorded.Cases) > 0) // there are recorded cases
	for _, c := range recorded.Cases {
		t.Run(c.Case+" "+c.Comment, func(t *testing.T) {
			t.Parallel()
			var g given
			if err := json.Unmarshal(c.Entry, &g); err != nil {
				t.Fatal(err)
			}
			e, err := metadata.ParseEntry(c.Entry)
			switch c.deviation(g) {
			case "":
				checkRecorded(t, c, e, err)
			case "D3":
				checkD3(t, g, e, err)
			case "D4":
				is.New(t).True(err != nil) // refused at once
			case "D25":
				checkD25(t, c, g, e, err)
			}
		})
	}
}

// checkRecorded compares everything.
func checkRecorded(t *testing.T, c recordedEntry, e metadata.Entry, err error) {
	is := is.New(t)
	is.Equal(err != nil, c.Expected.Parse.Failed()) // refused as recorded
	if err != nil {
		is.True(asError(err).Path != "") // the error names the place
		return
	}
	is.Equal(e.Key(), c.Expected.Key.Value)
	is.Equal(e.ID(), c.Expected.ID.Value)
	is.Equal(e.Specificity().String(), c.Expected.Specificity.Value)
	if diff := cmp.Diff(string(compact(t, c.Expected.Serialised.Value)), string(compact(t, e.AppendJSON(nil)))); diff != "" {
		t.Error(diff)
	}
	if c.Expected.DBRow.Failed() {
		is.True(e.Artefact.Artefact == nil) // the peer cannot store entries without artefact; we can
		return
	}
	row := c.Expected.DBRow.Value
	is.Equal(cmp.Diff(row.DataKey, e.DataKeyDigest()), "")         // column data_key
	is.Equal(text(row.ReferencedType), string(e.ReferencedType())) // column referenced_type
}

// checkD3: dispatch by type. Either the class refuses the data, naming the place
// inside it, or it keeps what was given, and the key does not depend on fields
// that it does not know.
func checkD3(t *testing.T, g given, e metadata.Entry, err error) {
	is := is.New(t)
	if err != nil {
		is.True(strings.HasPrefix(asError(err).Path, "data")) // the error names the place
		return
	}
	if _, known := classes[g.Meta.Type]; !known {
		is.Equal(string(e.Data.Raw()), string(g.Data)) // byte for byte
		return
	}
	var in, out map[string]any
	is.NoErr(json.Unmarshal(g.Data, &in))
	is.NoErr(e.Data.Decode(&out))
	for key := range in {
		_, kept := out[key]
		is.True(kept) // nothing is lost
	}
	_, keyed := e.Data.Key()
	is.Equal(keyed, !slices.Contains(keyless, g.Meta.Type)) // and the key is that of the class
}

var keyless = []metadata.Type{metadata.TypeSnapshot, metadata.TypeUUID, metadata.TypeSLAViolation}

// checkD25: text that cannot be stored, and creation dates that are no dates, are
// refused. An empty one counts as missing, as it does when the peer stores it
// (http-api 4.1).
func checkD25(t *testing.T, c recordedEntry, g given, e metadata.Entry, err error) {
	is := is.New(t)
	if badText(c.Entry) {
		is.True(err != nil)
		return
	}
	if string(*g.Meta.CreationDate) == `""` {
		is.NoErr(err)
		is.Equal(e.Meta.CreationDate, metadata.Timestamp(""))
		return
	}
	is.Equal(asError(err).Path, "meta.creation_date")
}
