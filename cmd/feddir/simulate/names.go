package simulate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// These are names as people write them. A Latin form follows after a slash if it cannot be derived from the letters.
var (
	givenNames = strings.Fields(`Ines Anna Jonas José Zoë Łukasz Søren Aoife Björn Chloé Dmitri Émile Fatima Giulia
		Håkon Ibrahim Jürgen Katarzyna Lars María Nikola Ólafur Priya Quentin René Siobhán Tomáš Uma Violeta William
		Ximena Yusuf Zuzana André Beatriz Çağla Daniel Eszter François Grace Hannah İpek Jan-Erik Kwame Lena Mateus
		Noor Olivia Paweł Rachel Štěpán Thị-Mai Ursula Valérie Wanda Ayşe Marie-Claire 美咲/Misaki 健太/Kenta 伟/Wei
		Ελένη/Eleni Юрий/Yuri`)
	surnames = strings.Split(`Roth|O'Brien|D'Angelo|Müller|Nguyễn|van der Berg|Ødegård|Çelik|García Lorca|Smith|`+
		`Kowalski|Łęcki|Johansson|Dvořák|Papadopoulos|Ó Súilleabháin|Schmidt|Weiß|Fernández|Rossi|Novák|Jansen|`+
		`de la Cruz|Okafor|Mbeki|Haddad|Yılmaz|Šimić|Þórsson|Lindqvist|Byrne|Murphy|Grant|Hofer|Keller|Laurent|`+
		`Petrov|Quiroga|Rasmussen|Sørensen|Thompson|Ueda|Vogel|Walsh|Zhang|佐藤/Sato|鈴木/Suzuki|王/Wang|`+
		`Παππάς/Pappas|Иванова/Ivanova`, "|")
	jobs = strings.Split("Harbour pilot|Crane operator|Dock foreman|Accountant|Engineer|Port planner|Customs officer|"+
		"Ship's chandler|Nurse|Clerk|Welder|Surveyor|Dispatcher|Buyer|Lawyer|Systems administrator", "|")
	departments = strings.Split("Operations|Finance|Engineering|Customs & Trade|Health|Purchasing|Legal|IT|Sales|"+
		"Instandhaltung Süd|Safety", "|")
	cities = []place{
		{"Kai 4", "Hamburg", "HH", "20457", "DE", "de-DE", "+49 40 "}, {"12 Quay Street", "Galway", "Connacht", "H91 X5P7", "IE", "en-IE", "+353 91 "},
		{"Strandgata 7", "Tromsø", "Troms", "9008", "NO", "nb-NO", "+47 77 "}, {"Rua do Cais, 3", "Setúbal", "", "2900-001", "PT", "pt-PT", "+351 265 "},
		{"ul. Portowa 9", "Gdańsk", "pomorskie", "80-001", "PL", "pl-PL", "+48 58 "}, {"港区芝浦3-1", "東京", "東京都", "108-0023", "JP", "ja-JP", "+81 3 "},
	}
	teams = strings.Split("Dock crew|Night shift|Crane school|Safety board|Pilots|Budget 2027|Wellness|Kai-Team Süd|"+
		"Port \"A\" access|R&D|Forklift licence|Customs + Trade|Mentors|First aid|Équipe nord", "|")
)

type place struct{ street, city, region, postalCode, country, language, phone string }

// latin splits a name of the lists into the name as written and its Latin form.
func latin(name string) (written, inLatin string) {
	written, inLatin, ok := strings.Cut(name, "/")
	if !ok {
		inLatin = written
	}
	return written, inLatin
}

var latinLetters = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ß", "ss", "æ", "ae", "þ", "th", "ı", "i", " ", "")

// account writes a name with the characters Entra allows in a user principal name.
func account(name string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, norm.NFD.String(latinLetters.Replace(strings.ToLower(name))))
}
