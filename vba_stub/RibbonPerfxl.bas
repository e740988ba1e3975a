Attribute VB_Name = "RibbonPerfxl"
Option Explicit

' The buttons of the ribbon tab: each runs one function of perfxl.app.ribbon on the active workbook.
' ASCII only; what people read stands in the sheet perfxl.conf of this file (see settings.toml).

Private Const SETTINGS_SHEET As String = "perfxl.conf"
Private Const MOST_SETTINGS As Long = 60
' What xlwings puts into sys.path: nothing.
Private Const NO_PATHS As String = "False"
Private Const PERMISSION_DENIED As Long = 70

Public Sub Validate(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.validate()"
End Sub

Public Sub FillTotals(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.fill_totals()"
End Sub

Public Sub MakeSummary(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.make_summary()"
End Sub

Public Sub AddProject(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.add_project()"
End Sub

Public Sub PreviousFinding(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.previous_finding()"
End Sub

Public Sub NextFinding(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.next_finding()"
End Sub

Public Sub ClearMarks(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.clear_marks()"
End Sub

Public Sub UndoFill(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.undo_fill()"
End Sub

Public Sub OpenReport(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.open_report()"
End Sub

Public Sub ShowHelp(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.show_help()"
End Sub

Public Sub About(control As IRibbonControl)
    RunButton "import perfxl.app.ribbon; perfxl.app.ribbon.about()"
End Sub

Private Sub RunButton(ByVal PythonCommand As String)
    Dim Problem As String
    Dim Detail As String
    On Error GoTo Failed
    Problem = WhyNot()
    If Problem <> "" Then
        Say Problem, ""
        Exit Sub
    End If
    ShowStarting
    If StartPython(PythonCommand) = -1 Then
        Problem = "NOT_RUN"
    End If
    EndStarting
    If Problem <> "" Then
        Say Problem, ""
    End If
    Exit Sub
Failed:
    Detail = Err.Description
    Problem = "FAILED"
    If Err.Number = PERMISSION_DENIED Then
        Problem = "BLOCKED"
    End If
    EndStarting
    Say Problem, Detail
End Sub

' Not xlwings.RunPython: that puts the full names of the active workbook and of this file on the command
' line outside of quotes, where a folder named a^&calc& starts a program. What these two put there of a
' workbook is its name without its folder, in quotes.
' Gives -1 when Python ended with an error, which xlwings has shown.
Private Function StartPython(ByVal PythonCommand As String) As Long
    If OnMac() Then
        ' Comes back at once; Python goes on by itself.
        xlwings.ExecuteMac PythonCommand, Interpreter(), NO_PATHS
    Else
        StartPython = xlwings.ExecuteWindows(False, PythonCommand, Interpreter(), NO_PATHS)
    End If
End Function

' A sign of life: Python says nothing for its first second. Without a status bar nothing is lost.
Private Sub ShowStarting()
    On Error Resume Next
    Application.StatusBar = Setting("MESSAGE_STARTING")
End Sub

' What Python left in the status bar for the person to read stays there.
Private Sub EndStarting()
    On Error Resume Next
    If CStr(Application.StatusBar) = Setting("MESSAGE_STARTING") Then
        Application.StatusBar = False
    End If
End Sub

' The key of the message that says why no Python may be started now; "" when all is well.
Private Function WhyNot() As String
    If ActiveWorkbook Is Nothing Then
        WhyNot = "NO_WORKBOOK"
    ElseIf HasOddName(ActiveWorkbook.Name) Then
        WhyNot = "ODD_NAME"
    ElseIf BringsSettings() Then
        WhyNot = "FOREIGN_SETTINGS"
    ElseIf xlwings.FileExists(xlwings.GetDirectoryConfigFilePath()) Then
        WhyNot = "FOREIGN_FILE"
    ElseIf Interpreter() = "" Then
        ' xlwings would try any "python" on the PATH: the wrong one fails later, and in English.
        WhyNot = "NOT_INSTALLED"
    ElseIf OnMac() Then
        ' Excel for Mac may not look outside of its sandbox without asking.
        WhyNot = ""
    ElseIf Not xlwings.FileExists(Interpreter()) Then
        WhyNot = "NO_INTERPRETER"
    End If
End Function

' The name stands in quotes on a command line, and Python takes it from behind a "=", without the blanks
' around it. In quotes cmd still puts variables in; ^ means something only outside of them, and no name
' needs it so much that a quote too many may make it dangerous.
Private Function HasOddName(ByVal BookName As String) As Boolean
    Dim Odd As String
    Dim Place As Long
    If OnMac() Then
        Odd = "=\|<>$`" & Chr(34)
    Else
        Odd = "=\|<>%^" & Chr(34)
    End If
    For Place = 1 To Len(BookName)
        If InStr(Odd, Mid(BookName, Place, 1)) > 0 Or CodeOf(BookName, Place) < 32 Then
            HasOddName = True
            Exit Function
        End If
    Next Place
    HasOddName = IsBlank(CodeOf(BookName, 1)) Or IsBlank(CodeOf(BookName, Len(BookName)))
End Function

Private Function CodeOf(ByVal Text As String, ByVal Place As Long) As Long
    ' AscW is below zero for the upper half of all characters.
    CodeOf = AscW(Mid(Text, Place, 1)) And &HFFFF&
End Function

' What Python's strip() takes away, the wide blank of Chinese among them.
Private Function IsBlank(ByVal Code As Long) As Boolean
    Select Case Code
        Case 0 To 32, &H85, &HA0, &H1680, &H2000 To &H200A, &H2028, &H2029, &H202F, &H205F, &H3000
            IsBlank = True
    End Select
End Function

' xlwings takes settings from the active workbook before all others. Somebody else's workbook could
' name any program as the interpreter, so it may only repeat the settings of this file.
' It is looked up as xlwings does it: Sheets also holds macro sheets, and Excel takes more names for the
' same than a comparison of texts (in Chinese, those with wide letters).
Private Function BringsSettings() As Boolean
    If xlwings.SheetExists(ActiveWorkbook, SETTINGS_SHEET) Then
        BringsSettings = Differs(ActiveWorkbook.Sheets(SETTINGS_SHEET))
    End If
End Function

Private Function Differs(ByVal Sheet As Object) As Boolean
    Dim Row As Long
    Dim Last As Long
    Dim Key As String
    Last = Sheet.UsedRange.Row + Sheet.UsedRange.Rows.Count - 1
    If Last > MOST_SETTINGS Then
        Differs = True
        Exit Function
    End If
    For Row = 1 To Last
        Key = UCase(CStr(Sheet.Cells(Row, 1).Value))
        If Left(Key, 8) <> "MESSAGE_" And Key <> "XLWINGS_VERSION" Then
            If CStr(Sheet.Cells(Row, 2).Value) <> Setting(Key) Then
                Differs = True
            End If
        End If
    Next Row
End Function

Private Function Interpreter() As String
    If OnMac() Then
        Interpreter = xlwings.GetConfig("INTERPRETER_MAC")
    Else
        Interpreter = xlwings.GetConfig("INTERPRETER_WIN")
    End If
End Function

Private Function OnMac() As Boolean
    On Error Resume Next
    OnMac = InStr(Application.OperatingSystem, "Mac") > 0
End Function

Private Sub Say(ByVal Key As String, ByVal Detail As String)
    Dim Text As String
    Text = Setting("MESSAGE_" & Key)
    If Text = "" Then
        Text = Key & " {0}"
    End If
    MsgBox Replace(Text, "{0}", Detail), vbExclamation, Setting("MESSAGE_TITLE")
End Sub

' A row of this file's settings sheet; "" when it has none.
Private Function Setting(ByVal Key As String) As String
    Dim Sheet As Object
    Dim Row As Long
    Set Sheet = ThisWorkbook.Worksheets(SETTINGS_SHEET)
    For Row = 1 To MOST_SETTINGS
        If UCase(CStr(Sheet.Cells(Row, 1).Value)) = Key Then
            Setting = CStr(Sheet.Cells(Row, 2).Value)
            Exit Function
        End If
    Next Row
End Function
