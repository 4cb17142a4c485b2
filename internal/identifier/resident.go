package identifier

import (
	"time"
)

// Resident is a valid resident ID number and what it says.
type Resident struct {
	Number   string // 18 characters, capital X
	Region   string // 6 digits, where the number was first issued
	Birth    time.Time
	Female   bool
	Warnings []string
}

// oldest is the earliest year of birth; the sample printed with GB 11643 is of 1880.
const oldest = 1850

// ResidentID checks a resident ID number against GB 11643-1999. knownRegion may
// be nil; a region it does not know is a warning, because it can be a county
// that no longer exists. today bounds the date of birth.
func ResidentID(s string, today time.Time, knownRegion func(code string) bool) (Resident, error) {
	number := normalise(s)
	if err := residentShape(number); err != nil {
		return Resident{}, err
	}
	birth, err := birthDate(number[6:14], today)
	if err != nil {
		return Resident{}, err
	}
	if number[17] != residentCheck(number[:17]) {
		return Resident{}, refuse("身份证号的校验位不对,请核对是否输错")
	}
	r := Resident{Number: number, Region: number[:6], Birth: birth, Female: (number[16]-'0')%2 == 0}
	if knownRegion != nil && !knownRegion(r.Region) {
		r.Warnings = append(r.Warnings, "身份证号前 6 位“"+r.Region+"”不在现行区划中,请核对")
	}
	return r, nil
}

func residentShape(number string) error {
	switch {
	case number == "":
		return refuse("请填写身份证号")
	case len(number) == 15 && digits(number):
		return refuse("这是 15 位的旧身份证号,请填写 18 位的号码")
	case len(number) != 18:
		return refuse("身份证号应为 18 位,现在是 %d 位", len([]rune(number)))
	case !digits(number[:17]) || !digits(number[17:]) && number[17] != 'X':
		return refuse("身份证号应为 17 位数字加 1 位数字或 X")
	case !knownProvince(number[:2]):
		return refuse("身份证号前两位“%s”不是省级代码", number[:2])
	}
	return nil
}

func birthDate(s string, today time.Time) (time.Time, error) {
	birth, err := time.Parse("20060102", s)
	if err != nil {
		return time.Time{}, refuse("身份证号中的出生日期“%s”不存在", s)
	}
	if birth.Year() < oldest {
		return time.Time{}, refuse("身份证号中的出生年份“%s”过早", s[:4])
	}
	if s > today.Format("20060102") {
		return time.Time{}, refuse("身份证号中的出生日期“%s”还没有到", s)
	}
	return birth, nil
}

// residentWeights are 2^(17−i) mod 11 of GB 11643-1999.
var residentWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

func residentCheck(body string) byte {
	sum := 0
	for i, weight := range residentWeights {
		sum += int(body[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}
