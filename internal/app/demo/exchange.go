package demo

import (
	"context"
	"fmt"
	"strings"

	"yigai/internal/exchange"
	"yigai/internal/fault"
)

// exchanges shows imports that change no figure: a hospital's last accepted month sent again by its own system, and a
// file of another county's DHIS2, whose codes mean nothing here.
func (l *load) exchanges(ctx context.Context) error {
	svc := exchange.New(l.DB, l.DB, l.Now, l.Calendar)
	there, _, err := svc.Imports(ctx, l.who, exchange.Filter{})
	if err != nil || len(there) > 0 {
		return err
	}
	last := l.world.open.Prev()
	out, err := svc.Export(ctx, l.who, exchange.Selection{From: last, To: last, Institutions: []string{"K-T01"}, Format: exchange.DHIS2})
	if err != nil {
		return err
	}
	if err := l.send(ctx, svc, "his-"+last.String()+".json", out.Body); err != nil {
		return err
	}
	foreign := strings.NewReplacer("MONTH", strings.ReplaceAll(last.String(), "-", "")).Replace(`{"dataValues":[
		{"dataElement":"f7n9E0hX8qk","period":"MONTH","orgUnit":"DiszpKrYNg8","value":"10"},
		{"dataElement":"Ix2HsbDMLea","period":"MONTH","orgUnit":"BdfsJfj87js","value":"12"}]}`)
	if err := l.send(ctx, svc, "dhis2-"+last.String()+".json", []byte(foreign)); !fault.IsInvalid(err) {
		return fmt.Errorf("the file of another county was not refused: %w", err)
	}
	return nil
}

func (l *load) send(ctx context.Context, svc *exchange.Service, name string, content []byte) error {
	file, err := exchange.Read(content, exchange.AnyKind)
	if err != nil {
		return err
	}
	_, err = svc.Import(ctx, l.who, file, exchange.Options{Source: exchange.API, Name: name, Accepted: true})
	return err
}
