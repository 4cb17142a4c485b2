package clinicweb

import (
	"fmt"
	"net/http"
	"strconv"

	"yigai/internal/clinic"
	"yigai/internal/form"
	"yigai/internal/page"
	"yigai/web/ui"
)

type photoView struct {
	frame  ui.Frame
	photos []photoCard
	form   *ui.Form
	file   ui.Upload
	title  ui.Field
	empty  ui.Empty
}

type photoCard struct {
	url, title, note string
	width, height    string
	remove           *ui.Action
}

func (h *handler) photos(w http.ResponseWriter, r *http.Request) error {
	c, err := h.asked(r)
	if err != nil {
		return err
	}
	return h.photoPage(w, r, http.StatusOK, c, form.Of(nil))
}

func (h *handler) photoPage(w http.ResponseWriter, r *http.Request, status int, c clinic.Clinic, f *form.Form) error {
	who := page.Who(r)
	list, err := h.svc.Photos(r.Context(), who, c.ID)
	if err != nil {
		return err
	}
	at := clinicURL(c.ID) + "/photos"
	v := photoView{frame: ui.Frame{Title: "照片:" + c.Name, Crumbs: []ui.Link{{Label: "村卫生室", URL: path}, {Label: c.Name, URL: clinicURL(c.ID)}, {Label: "照片"}}},
		empty: ui.Empty{Title: "还没有照片", Icon: "paperclip"}}
	edits := who.May(clinic.ActionEdit)
	for _, p := range list {
		one := photoCard{url: at + "/" + strconv.FormatInt(p.ID, 10), title: p.Title, note: p.By + " " + ui.DateTime(p.At), width: strconv.Itoa(p.Width), height: strconv.Itoa(p.Height)}
		if edits {
			one.remove = &ui.Action{Label: "删除", URL: one.url + "/removal", Post: true, Icon: "trash", Kind: ui.Quiet, Confirm: "删除这张照片?"}
		}
		v.photos = append(v.photos, one)
	}
	if edits {
		v.form = &ui.Form{Action: at, Upload: true, Submit: "上传", Problems: page.FieldProblems(f), Note: "保存时重新绘制:照片里的位置、时间等附带信息会去掉"}
		v.file = ui.Upload{Field: ui.Field{Name: "file", Label: "照片", Required: true, Problem: f.Problem("file"),
			Hint: fmt.Sprintf("JPG 或 PNG,不超过 %d MB;一家最多 %d 张", clinic.MaxPhotoFile>>20, clinic.MaxPhotos)}, Accept: "image/jpeg,image/png"}
		v.title = typedField(f, "title", "说明")
		v.title.Placeholder = "如:门头、诊断室、药房"
	}
	return page.Render(w, r, status, photosPage(v))
}

func (h *handler) addPhoto(w http.ResponseWriter, r *http.Request) error {
	c, err := h.asked(r)
	if err != nil {
		return err
	}
	u, err := page.ReadUpload(w, r, clinic.MaxPhotoFile, "请缩小后再传")
	f := form.Of(map[string]string{"title": r.FormValue("title")})
	if err == nil {
		err = h.svc.AddPhoto(r.Context(), page.Who(r), c.ID, f.Value("title"), u.Content)
	}
	if f.Take(err) {
		return h.photoPage(w, r, http.StatusUnprocessableEntity, c, f)
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, clinicURL(c.ID)+"/photos", "照片已保存")
}

// picture sends one photo. A photo never changes, but who may see it does: it is kept by the reader's browser only.
func (h *handler) picture(w http.ResponseWriter, r *http.Request) error {
	id, photo, err := photoOf(r)
	if err != nil {
		return err
	}
	picture, err := h.svc.Picture(r.Context(), page.Who(r), id, photo)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Length", strconv.Itoa(len(picture)))
	w.Header().Set("Cache-Control", "private, max-age=600")
	if _, err := w.Write(picture); err != nil {
		return fmt.Errorf("send photo %d: %w", photo, err)
	}
	return nil
}

func photoOf(r *http.Request) (id, photo int64, err error) {
	if id, err = page.ID(r, "id"); err != nil {
		return 0, 0, err
	}
	photo, err = page.ID(r, "photo")
	return id, photo, err
}

func (h *handler) removePhoto(w http.ResponseWriter, r *http.Request) error {
	id, photo, err := photoOf(r)
	if err != nil {
		return err
	}
	if err := h.svc.RemovePhoto(r.Context(), page.Who(r), id, photo); err != nil {
		return err
	}
	return page.Redirect(w, r, clinicURL(id)+"/photos", "照片已删除")
}
