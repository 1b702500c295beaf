using System.Collections.Frozen;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>The code lists that rules compare with, as their maintenance agencies publish them.</summary>
internal static class CodeLists
{
    /// <summary>ISO 3166-1 alpha-2, officially assigned.</summary>
    public static FrozenSet<string> Countries { get; } = Split("""
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH
        CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN
        GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI
        LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
        PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD
        TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
        """);

    /// <summary>ISO 4217 without "no currency" and the test code. Codes withdrawn since 2020 (SLL, HRK, BGN, ANG, ZWL) stay: old orders
    /// carry them.</summary>
    public static FrozenSet<string> Currencies { get; } = Split("""
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF
        CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF
        IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
        MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
        SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST
        XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG ZWL
        """);

    /// <summary>ISO 15924.</summary>
    public static FrozenSet<string> Scripts { get; } = Split("""
        Adlm Afak Aghb Ahom Arab Aran Armi Armn Avst Bali Bamu Bass Batk Beng Bhks Blis Bopo Brah Brai Bugi Buhd Cakm Cans Cari Cham
        Cher Cirt Copt Cprt Cyrl Cyrs Deva Dsrt Dupl Egyd Egyh Egyp Elba Ethi Geok Geor Glag Goth Gran Grek Gujr Guru Hanb Hang Hani
        Hano Hans Hant Hatr Hebr Hira Hluw Hmng Hrkt Hung Inds Ital Jamo Java Jpan Jurc Kali Kana Khar Khmr Khoj Kitl Kits Knda Kore
        Kpel Kthi Lana Laoo Latf Latg Latn Leke Lepc Limb Lina Linb Lisu Loma Lyci Lydi Mahj Mand Mani Marc Maya Mend Merc Mero Mlym
        Modi Mong Moon Mroo Mtei Mult Mymr Narb Nbat Newa Nkgb Nkoo Nshu Ogam Olck Orkh Orya Osge Osma Palm Pauc Perm Phag Phli Phlp
        Phlv Phnx Piqd Plrd Prti Qaaa Qabx Rjng Roro Runr Samr Sara Sarb Saur Sgnw Shaw Shrd Sidd Sind Sinh Sora Sund Sylo Syrc Syre
        Syrj Syrn Tagb Takr Tale Talu Taml Tang Tavt Telu Teng Tfng Tglg Thaa Thai Tibt Tirh Ugar Vaii Visp Wara Wole Xpeo Xsux Yiii
        Zinh Zmth Zsye Zsym Zxxx Zyyy Zzzz
        """);

    /// <summary>ISO 639-1, and ISO 639-2 where that has no code of two letters (BCP 47 takes the shortest); besides the codes
    /// of ISO 639-3 that Chinese customers come with: Mandarin, Hakka, Min Nan, Wu and Cantonese.</summary>
    public static FrozenSet<string> Languages { get; } = Split("""
        aa ab ace ach ada ady ae af afa afh ain ak akk ale alg alt am an ang anp apa ar arc arn arp art arw as ast ath aus av awa ay az
        ba bad bai bal ban bas bat be bej bem ber bg bh bho bi bik bin bla bm bn bnt bo br bra bs btk bua bug byn ca cad cai car cau ce
        ceb cel ch chb chg chk chm chn cho chp chr chy cmc cmn cnr co cop cpe cpf cpp cr crh crp cs csb cu cus cv cy da dak dar day de
        del den dgr din doi dra dsb dua dum dv dyu dz ee efi egy eka el elx en enm eo es et eu ewo fa fan fat ff fi fil fiu fj fo fon fr
        frm fro frr frs fur fy ga gaa gay gba gd gem gez gil gl gmh gn goh gon gor got grb grc gsw gu gv gwi ha hai hak haw he hi hil
        him hit hmn ho hr hsb ht hu hup hy hz ia iba id ie ig ii ijo ik ilo inc ine inh io ira iro is it iu ja jbo jpr jrb jv ka kaa kab
        kac kam kar kaw kbd kg kha khi kho ki kj kk kl km kmb kn ko kok kos kpe kr krc krl kro kru ks ku kum kut kv kw ky la lad lah lam
        lb lez lg li ln lo lol loz lt lu lua lui lun luo lus lv mad mag mai mak man map mas mdf mdr men mg mga mh mi mic min mis mk mkh
        ml mn mnc mni mno moh mos mr ms mt mul mun mus mwl mwr my myn myv na nah nai nan nap nb nd nds ne new ng nia nic niu nl nn no
        nog non nqo nr nso nub nv nwc ny nym nyn nyo nzi oc oj om or os osa ota oto pa paa pag pal pam pap pau peo phi phn pi pl pon pra
        pro ps pt qu raj rap rar rm rn ro roa rom ru rup rw sa sad sah sai sal sam sas sat sc scn sco sd se sel sem sg sga sgn shn si
        sid sio sit sk sl sla sm sma smi smj smn sms sn snk so sog son sq sr srn srr ss ssa st su suk sus sux sv sw syc syr ta tai te
        tem ter tet tg th ti tig tiv tk tkl tl tlh tli tmh tn to tog tpi tr ts tsi tt tum tup tut tvl tw ty tyv udm ug uga uk umb und ur
        uz vai ve vi vo vot wa wak wal war was wen wo wuu xal xh yao yap yi yo ypk yue za zap zbl zen zgh zh znd zu zun zxx zza
        """);

    private static FrozenSet<string> Split(string codes) =>
        codes.Split((char[])[' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
