package clinic

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // read by content

	"yigai/internal/fault"
)

// Bounds of a picture: of what is accepted, and of what is kept.
const (
	MaxPhotoFile = 10 << 20
	maxPixels    = 25_000_000
	keptSide     = 1280
	keptQuality  = 80
)

// drawing bounds how many large pictures are in memory at once.
var drawing = make(chan struct{}, 2)

// redraw reads a JPEG or PNG by its content and draws it anew as a JPEG of bounded size, upright: place, device and
// everything else that a camera writes beside the picture is left behind.
func redraw(file []byte) (picture []byte, width, height int, err error) {
	if len(file) > MaxPhotoFile {
		return nil, 0, 0, fault.Field("file", "照片超过 %d MB,请缩小后再传", MaxPhotoFile>>20)
	}
	about, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || format != "jpeg" && format != "png" {
		return nil, 0, 0, fault.Field("file", "这不是能识别的照片,请选 JPG 或 PNG")
	}
	if about.Width*about.Height > maxPixels || about.Width < 1 || about.Height < 1 {
		return nil, 0, 0, fault.Field("file", "照片太大(%d×%d),请缩小后再传", about.Width, about.Height)
	}
	drawing <- struct{}{}
	defer func() { <-drawing }()
	source, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, 0, 0, fault.Field("file", "照片已损坏,打不开")
	}
	small := shrink(source, keptSide)
	upright := turn(small, orientation(file))
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright, &jpeg.Options{Quality: keptQuality}); err != nil {
		return nil, 0, 0, fmt.Errorf("encode photo: %w", err)
	}
	return out.Bytes(), upright.Bounds().Dx(), upright.Bounds().Dy(), nil
}

// shrink takes the average over each new pixel's area, on white where the source is transparent, so that no side is longer
// than most.
func shrink(src image.Image, most int) *image.RGBA {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > most {
		w, h = max(1, w*most/long), max(1, h*most/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.SetRGBA(x, y, average(src, image.Rect(b.Min.X+x*b.Dx()/w, b.Min.Y+y*b.Dy()/h, b.Min.X+(x+1)*b.Dx()/w, b.Min.Y+(y+1)*b.Dy()/h)))
		}
	}
	return out
}

// average looks at no more than a few points of a large area: enough for the eye.
func average(src image.Image, area image.Rectangle) color.RGBA {
	const points = 3
	stepX, stepY := max(1, area.Dx()/points), max(1, area.Dy()/points)
	var r, g, b, n uint32
	for y := area.Min.Y; y < max(area.Max.Y, area.Min.Y+1); y += stepY {
		for x := area.Min.X; x < max(area.Max.X, area.Min.X+1); x += stepX {
			pr, pg, pb, pa := src.At(x, y).RGBA()
			white := 0xffff - pa
			r, g, b, n = r+(pr+white)>>8, g+(pg+white)>>8, b+(pb+white)>>8, n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 0xff}
}

// turn sets a picture upright by the orientation a camera noted (Exif 2.3, tag 0x0112, values 1 to 8).
func turn(src *image.RGBA, orientation int) *image.RGBA {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if orientation < 2 || orientation > 8 {
		return src
	}
	size := image.Rect(0, 0, w, h)
	if orientation > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			to := [...]image.Point{{w - 1 - x, y}, {w - 1 - x, h - 1 - y}, {x, h - 1 - y}, {y, x}, {h - 1 - y, x}, {h - 1 - y, w - 1 - x}, {y, w - 1 - x}}[orientation-2]
			out.SetRGBA(to.X, to.Y, src.RGBAAt(x, y))
		}
	}
	return out
}

// orientation finds the tag in a JPEG's Exif part; 1, upright, when there is none.
func orientation(file []byte) int {
	for at := 2; at+4 <= len(file) && file[at] == 0xff && file[at+1] != 0xda; {
		length := int(binary.BigEndian.Uint16(file[at+2:]))
		end := min(at+2+length, len(file))
		if file[at+1] == 0xe1 && bytes.HasPrefix(file[at+4:end], []byte("Exif\x00\x00")) {
			return tiffOrientation(file[at+10 : end])
		}
		at += 2 + length
	}
	return 1
}

func tiffOrientation(b []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(b, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(b) < 8 {
		return 1
	}
	at := int(order.Uint32(b[4:]))
	if at < 8 || at+2 > len(b) {
		return 1
	}
	entries := int(order.Uint16(b[at:]))
	for i := range entries {
		entry := at + 2 + 12*i
		if entry+12 > len(b) {
			return 1
		}
		if order.Uint16(b[entry:]) == 0x0112 {
			return int(order.Uint16(b[entry+8:]))
		}
	}
	return 1
}
