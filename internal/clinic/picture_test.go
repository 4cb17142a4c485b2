package clinic

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"yigai/internal/fault"
)

// halves is a picture whose left half is red and whose right half is blue.
func halves(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			if x >= w/2 {
				c = color.RGBA{0, 0, 255, 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	return p
}

func jpegOf(t *testing.T, p image.Image, orientation int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	if orientation == 0 {
		return b.Bytes()
	}
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00SECRET-PLACE")
	exif[6+8+2+9] = byte(orientation)
	head := []byte{0xff, 0xd8, 0xff, 0xe1, 0, 0}
	binary.BigEndian.PutUint16(head[4:], uint16(len(exif)+2))
	return append(append(head, exif...), b.Bytes()[2:]...)
}

func TestPicturesAreDrawnAnew(t *testing.T) {
	t.Parallel()
	red := func(c color.Color) bool { r, _, b, _ := c.RGBA(); return r > b }
	for name, c := range map[string]struct {
		file       []byte
		w, h       int
		left, down bool // red at the left end of the first row, at the bottom of the first column
	}{
		"as it is":          {jpegOf(t, halves(60, 40), 0), 60, 40, true, true},
		"too large":         {jpegOf(t, halves(2560, 1280), 0), 1280, 640, true, true},
		"mirrored":          {jpegOf(t, halves(60, 40), 2), 60, 40, false, false},
		"upside down":       {jpegOf(t, halves(60, 40), 3), 60, 40, false, false},
		"turned right":      {jpegOf(t, halves(60, 40), 6), 40, 60, true, false},
		"turned left":       {jpegOf(t, halves(60, 40), 8), 40, 60, false, true},
		"nonsense is as is": {jpegOf(t, halves(60, 40), 9), 60, 40, true, true},
	} {
		got, w, h, err := redraw(c.file)
		if err != nil || w != c.w || h != c.h || bytes.Contains(got, []byte("SECRET")) || bytes.Contains(got, []byte("Exif")) {
			t.Errorf("%s: %d×%d, %v", name, w, h, err)
			continue
		}
		p, err := jpeg.Decode(bytes.NewReader(got))
		if err != nil || red(p.At(3, 3)) != c.left || red(p.At(3, h-4)) != c.down {
			t.Errorf("%s stands the wrong way, %v", name, err)
		}
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := png.Encode(&b, halves(8, 8)); err != nil {
		t.Fatal(err)
	}
	if _, w, _, err := redraw(b.Bytes()); err != nil || w != 8 {
		t.Errorf("a png: %d, %v", w, err)
	}
	bomb := bytes.Clone(b.Bytes())
	binary.BigEndian.PutUint32(bomb[16:], 60000)
	binary.BigEndian.PutUint32(bomb[20:], 60000)
	for name, file := range map[string][]byte{"nothing": nil, "text": []byte("<svg onload=alert(1)>"), "half a picture": b.Bytes()[:40],
		"a bomb": bomb, "a giant": make([]byte, MaxPhotoFile+1), "cut off Exif": {0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 'E'}} {
		if _, _, _, err := redraw(file); !fault.IsInvalid(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLevelsFollowFromThePoints(t *testing.T) {
	t.Parallel()
	most := MostPoints()
	if most.String() != "100" {
		t.Fatalf("the form adds up to %s", most)
	}
	for points, want := range map[string]string{"100": "recommended", "85": "recommended", "84.9": "basic", "60": "basic", "59.9": "below", "0": "below"} {
		d := Values{"x": points}.known("x").Decimal
		if got := LevelFor(d, most); got.Code != want || got.Passed != (want != "below") {
			t.Errorf("%s points earn %s", points, got.Code)
		}
	}
}
